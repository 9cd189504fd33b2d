"""The fulfillment context as all others see it: how goods can get there, and how they did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.shared.model import Event, NotFound, Refusal, Stale, Unfit
from domain.shared.values import Address, Money, OrderId, Quantity, Sku


@dataclass(frozen=True, kw_only=True)
class ShippingRate:
    """What one service level costs to one country; `country` is `default` for all others.

    `description` says in a phrase what to expect: when it comes, and by whom. It comes `earliest_days`
    to `latest_days` after the order, where that is said.
    """

    rate_id: str
    country: str
    service_level: str
    title: str
    price: Money
    carrier: str | None = None
    description: str | None = None
    earliest_days: int | None = None
    latest_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class PutShippingRates:
    rates: tuple[ShippingRate, ...]


@dataclass(frozen=True, kw_only=True)
class ShippingRatesPut:
    rates: int


@dataclass(frozen=True, kw_only=True)
class KeptShippingRate:
    """`version` is raised by each change."""

    rate: ShippingRate
    version: int


@dataclass(frozen=True, kw_only=True)
class CreateShippingRate:
    rate: ShippingRate


@dataclass(frozen=True, kw_only=True)
class GetShippingRate:
    rate_id: str


@dataclass(frozen=True, kw_only=True)
class ListShippingRates:
    """The first rates behind `after` (a `rate_id`, or none: from the start), 100 at the most."""

    after: str | None = None
    most: int = 20


@dataclass(frozen=True, kw_only=True)
class ShippingRatePage:
    """`next` is where the next page begins; there is none on the last."""

    items: tuple[KeptShippingRate, ...]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class UpdateShippingRate:
    """`version` is the one that was read; without it, whatever stands is changed."""

    rate_id: str
    rate: ShippingRate
    version: int | None


@dataclass(frozen=True, kw_only=True)
class DeleteShippingRate:
    rate_id: str
    version: int | None


@dataclass(frozen=True, kw_only=True)
class ShippingRateDeleted:
    rate_id: str


@dataclass(frozen=True, kw_only=True)
class PickupPlace:
    """Where buyers collect goods themselves, for nothing."""

    place_id: str
    name: str
    address: Address


@dataclass(frozen=True, kw_only=True)
class FindOptions:
    """Countries are ISO 3166 alpha-2 codes: `country`, and `countries` beside it.

    An older release knows but the first, and no `with_places`: what it does not tell must be asked for.
    """

    country: str
    currency: str
    countries: tuple[str, ...] = ()
    with_places: bool = False


@dataclass(frozen=True, kw_only=True)
class CountryOptions:
    country: str
    options: tuple[ShippingRate, ...]


@dataclass(frozen=True, kw_only=True)
class Options:
    """Ways to deliver, cheapest first; none where nothing is delivered. `elsewhere` are those of the
    other countries that were asked for, `places` where goods can be collected, if that was.
    """

    options: tuple[ShippingRate, ...]
    elsewhere: tuple[CountryOptions, ...] = ()
    places: tuple[PickupPlace, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class PutPickupPlaces:
    """All that there are from now on, in the order in which they are offered."""

    places: tuple[PickupPlace, ...]


@dataclass(frozen=True, kw_only=True)
class FindPickupPlaces:
    pass


@dataclass(frozen=True, kw_only=True)
class PickupPlaces:
    places: tuple[PickupPlace, ...]


@dataclass(frozen=True, kw_only=True)
class ShippedLine:
    line_id: str
    quantity: Quantity


@dataclass(frozen=True, kw_only=True)
class Ship:
    """Hand goods of an order to the carrier: these lines, or all that is left where none is named.

    `key` names this parcel among those of its order.
    """

    order_id: OrderId
    key: str
    lines: tuple[ShippedLine, ...] = ()
    tracking_number: str | None = None
    tracking_url: str | None = None
    carrier: str | None = None


@dataclass(frozen=True, kw_only=True)
class ParcelLine:
    line_id: str
    sku: Sku
    quantity: Quantity


@dataclass(frozen=True, kw_only=True)
class Parcel:
    parcel_id: str
    lines: tuple[ParcelLine, ...]
    shipped_at: datetime
    tracking_number: str | None = None
    tracking_url: str | None = None
    carrier: str | None = None


@dataclass(frozen=True, kw_only=True)
class Shipped:
    order_id: OrderId
    parcel: Parcel


@dataclass(frozen=True, kw_only=True)
class FindShipment:
    order_id: OrderId


@dataclass(frozen=True, kw_only=True)
class LineToShip:
    line_id: str
    sku: Sku
    units_ordered: int
    units_shipped: int


@dataclass(frozen=True, kw_only=True)
class ShipmentDetails:
    """What is to be shipped for an order, and what has been, the first parcel first."""

    order_id: OrderId
    lines: tuple[LineToShip, ...]
    parcels: tuple[Parcel, ...]
    is_cancelled: bool = False


@dataclass(frozen=True, kw_only=True)
class Cancel:
    order_id: OrderId


@dataclass(frozen=True, kw_only=True)
class Cancelled:
    order_id: OrderId


@dataclass(frozen=True, kw_only=True)
class ParcelShipped(Event, name="fulfillment.parcel_shipped.v1"):
    order_id: OrderId
    parcel: Parcel
    is_last: bool


@dataclass(eq=False)
class UnknownCursor(Unfit):
    """No page ended with this."""

    after: str


@dataclass(eq=False)
class UnfitShippingRate(Unfit):
    rate_id: str
    because: str


@dataclass(eq=False)
class UnknownShippingRate(NotFound):
    rate_id: str


@dataclass(eq=False)
class ShippingRateExists(Refusal):
    """There is a shipping rate of this id already."""

    rate_id: str


@dataclass(eq=False)
class ShippingRateChanged(Stale):
    """It is at this version now."""

    rate_id: str
    version: int


@dataclass(eq=False)
class UnfitParcel(Unfit):
    order_id: OrderId
    because: str


@dataclass(eq=False)
class NoShipment(NotFound):
    """Nothing is to be shipped for this order, or not yet."""

    order_id: OrderId


@dataclass(eq=False)
class UnfitPickupPlace(Unfit):
    place_id: str
    because: str


@dataclass(eq=False)
class KeyReused(Refusal):
    """Another parcel was asked for under this key before."""

    key: str


@dataclass(eq=False)
class MoreThanOrdered(Refusal):
    order_id: OrderId
    line_id: str
    units_left: int


@dataclass(eq=False)
class AlreadyCancelled(Refusal):
    order_id: OrderId


@dataclass(eq=False)
class AlreadyLeft(Refusal):
    """Goods of this order have been handed to the carrier."""

    order_id: OrderId


class Fulfillment(Protocol):
    async def put_shipping_rates(self, message: PutShippingRates, /) -> ShippingRatesPut:
        """Set these rates, all or none; setting the same again changes nothing.

        What changes is raised to its next version. At most 500 at a time. Refuses with
        `UnfitShippingRate`.
        """
        ...

    async def create_shipping_rate(self, message: CreateShippingRate, /) -> KeptShippingRate:
        """Have a rate that there was not; one that was deleted begins anew, at a
        version that nobody is likely to know.

        Refuses with `UnfitShippingRate` or `ShippingRateExists`.
        """
        ...

    async def get_shipping_rate(self, message: GetShippingRate, /) -> KeptShippingRate:
        """Refuses with `UnknownShippingRate`."""
        ...

    async def list_shipping_rates(self, message: ListShippingRates, /) -> ShippingRatePage:
        """In the order of their ids: what stands all the while is listed once.

        Refuses with `UnknownCursor`.
        """
        ...

    async def update_shipping_rate(self, message: UpdateShippingRate, /) -> KeptShippingRate:
        """Put this in the place of what stands, under the id that it has.

        Saying what stands already changes nothing and is no refusal, whatever the version. Refuses
        with `UnfitShippingRate`, `UnknownShippingRate` or `ShippingRateChanged`.
        """
        ...

    async def delete_shipping_rate(self, message: DeleteShippingRate, /) -> ShippingRateDeleted:
        """What is deleted is offered no more.

        Refuses with `UnknownShippingRate` or `ShippingRateChanged`.
        """
        ...

    async def find_options(self, message: FindOptions, /) -> Options:
        """Of each country one option for each service level: its own rate, or else the default one.

        Never refuses.
        """
        ...

    async def put_pickup_places(self, message: PutPickupPlaces, /) -> PickupPlaces:
        """Have these and no others, all or none. At most 100. Refuses with `UnfitPickupPlace`."""
        ...

    async def find_pickup_places(self, message: FindPickupPlaces, /) -> PickupPlaces:
        """Never refuses."""
        ...

    async def ship(self, message: Ship, /) -> Shipped:
        """Record that goods left; asking again under the same key answers the same.

        Refuses with `UnfitParcel`, `NoShipment`, `MoreThanOrdered`, `AlreadyCancelled`, or
        `KeyReused` where the key asked for something else before.
        """
        ...

    async def find_shipment(self, message: FindShipment, /) -> ShipmentDetails:
        """Refuses with `NoShipment`."""
        ...

    async def cancel(self, message: Cancel, /) -> Cancelled:
        """Ship nothing for this order, ever: not even if it is not known here yet.

        Asking again changes nothing. Refuses with `AlreadyLeft`.
        """
        ...
