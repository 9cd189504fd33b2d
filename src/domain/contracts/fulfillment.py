"""The fulfillment context as all others see it: how goods can get there, and how they did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.shared.model import Event, NotFound, Refusal
from domain.shared.values import Money, OrderId, Quantity, Sku


@dataclass(frozen=True, kw_only=True)
class ShippingRate:
    """What one service level costs to one country; `country` is `default` for all others."""

    rate_id: str
    country: str
    service_level: str
    title: str
    price: Money
    carrier: str | None = None


@dataclass(frozen=True, kw_only=True)
class PutShippingRates:
    rates: tuple[ShippingRate, ...]


@dataclass(frozen=True, kw_only=True)
class ShippingRatesPut:
    rates: int


@dataclass(frozen=True, kw_only=True)
class FindOptions:
    """`country` is an ISO 3166 alpha-2 code."""

    country: str
    currency: str


@dataclass(frozen=True, kw_only=True)
class Options:
    """Ways to deliver, cheapest first; none where nothing is delivered."""

    options: tuple[ShippingRate, ...]


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
class UnfitShippingRate(Refusal):
    rate_id: str
    because: str


@dataclass(eq=False)
class UnfitParcel(Refusal):
    order_id: OrderId
    because: str


@dataclass(eq=False)
class NoShipment(NotFound):
    """Nothing is to be shipped for this order, or not yet."""

    order_id: OrderId


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

        At most 500 at a time. Refuses with `UnfitShippingRate`.
        """
        ...

    async def find_options(self, message: FindOptions, /) -> Options:
        """One option for each service level: the rate of the country, or else the default one.

        Never refuses.
        """
        ...

    async def ship(self, message: Ship, /) -> Shipped:
        """Record that goods left; asking again under the same key answers the same.

        Refuses with `UnfitParcel`, `NoShipment`, `MoreThanOrdered` or `AlreadyCancelled`.
        """
        ...

    async def cancel(self, message: Cancel, /) -> Cancelled:
        """Ship nothing for this order, ever: not even if it is not known here yet.

        Asking again changes nothing. Refuses with `AlreadyLeft`.
        """
        ...
