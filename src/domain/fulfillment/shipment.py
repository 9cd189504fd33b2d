"""An order on its way to the buyer."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from domain.contracts.fulfillment import (
    AlreadyCancelled,
    AlreadyLeft,
    KeyReused,
    LineToShip,
    MoreThanOrdered,
    NoShipment,
    Parcel,
    ParcelLine,
    ParcelShipped,
    Ship,
    ShipmentDetails,
    UnfitParcel,
)
from domain.contracts.ordering import OrderPlaced
from domain.fulfillment.rates import is_text
from domain.shared.ids import public, uuid7
from domain.shared.model import Aggregate
from domain.shared.values import OrderId, Quantity, Sku

KEY_LENGTH, TRACKING_LENGTH, CARRIER_LENGTH, URL_LENGTH = 255, 200, 100, 2000


@dataclass(frozen=True, kw_only=True)
class ShipmentLine:
    line_id: str
    sku: Sku
    units_ordered: int
    units_shipped: int = 0

    @property
    def units_left(self) -> int:
        return self.units_ordered - self.units_shipped


@dataclass(frozen=True, kw_only=True)
class KeyedParcel:
    """A parcel and the key it was asked for under."""

    key: str
    parcel: Parcel


@dataclass
class Shipment(Aggregate):
    """All parcels of one order. A cancelled one ships nothing, ever; it may never have been opened."""

    order_id: OrderId
    lines: tuple[ShipmentLine, ...] = ()
    parcels: tuple[KeyedParcel, ...] = ()
    is_cancelled: bool = False

    @classmethod
    def opened(cls, placed: OrderPlaced) -> "Shipment | None":
        """What is to be shipped of an order, if anything is."""
        lines = tuple(
            ShipmentLine(line_id=line.line_id, sku=line.sku, units_ordered=line.quantity.units)
            for line in placed.lines
            if line.needs_delivery
        )
        return cls(placed.order_id, lines) if lines else None

    @classmethod
    def never(cls, order_id: OrderId) -> "Shipment":
        """The tombstone of an order that is not known here yet, lest it be shipped too late."""
        return cls(order_id, is_cancelled=True)

    @property
    def is_complete(self) -> bool:
        return not any(line.units_left for line in self.lines)

    def ship(self, message: Ship, now: datetime) -> Parcel:
        """Goods leave; asking again under the same key answers the same."""
        for known in self.parcels:
            if known.key == message.key:
                self._require_same(known, message)
                return known.parcel
        if self.is_cancelled:
            raise AlreadyCancelled(self.order_id)
        if not self.lines:
            raise NoShipment(self.order_id)
        left = {line.line_id: line.units_left for line in self.lines}
        units = self._wanted(message, left)
        parcel = Parcel(
            parcel_id=public("par", uuid7(now)),
            lines=tuple(
                ParcelLine(
                    line_id=line.line_id, sku=line.sku, quantity=Quantity(units[line.line_id])
                )
                for line in self.lines
                if line.line_id in units
            ),
            shipped_at=now,
            tracking_number=message.tracking_number,
            tracking_url=message.tracking_url,
            carrier=message.carrier,
        )
        self.lines = tuple(
            replace(line, units_shipped=line.units_shipped + units.get(line.line_id, 0))
            for line in self.lines
        )
        self.parcels += (KeyedParcel(key=message.key, parcel=parcel),)
        self.record(ParcelShipped(order_id=self.order_id, parcel=parcel, is_last=self.is_complete))
        return parcel

    def cancel(self) -> None:
        """Nothing leaves any more. Refuses with `AlreadyLeft` once something has."""
        if self.parcels:
            raise AlreadyLeft(self.order_id)
        self.is_cancelled = True

    def details(self) -> ShipmentDetails:
        return ShipmentDetails(
            order_id=self.order_id,
            lines=tuple(LineToShip(**vars(line)) for line in self.lines),
            parcels=tuple(known.parcel for known in self.parcels),
            is_cancelled=self.is_cancelled,
        )

    def _require_same(self, known: KeyedParcel, message: Ship) -> None:
        """What is asked for under the key of a parcel is that parcel, as things stood then."""
        left = {line.line_id: line.units_ordered for line in self.lines}
        for before in self.parcels[: self.parcels.index(known)]:
            for line in before.parcel.lines:
                left[line.line_id] -= line.quantity.units
        parcel = known.parcel
        told = (parcel.tracking_number, parcel.tracking_url, parcel.carrier)
        units = {line.line_id: line.quantity.units for line in parcel.lines}
        wanted = _named(message) or {line_id: count for line_id, count in left.items() if count}
        if (wanted, message.tracking_number, message.tracking_url, message.carrier) != (
            units,
            *told,
        ):
            raise KeyReused(message.key)

    def _wanted(self, message: Ship, left: dict[str, int]) -> dict[str, int]:
        """Units by line: those that are named, or all that are left."""
        if not message.lines:
            if self.is_complete:
                raise MoreThanOrdered(self.order_id, self.lines[0].line_id, 0)
            return {line_id: units for line_id, units in left.items() if units}
        wanted = _named(message)
        for line_id, units in wanted.items():
            if units > left.get(line_id, 0):
                raise MoreThanOrdered(self.order_id, line_id, left.get(line_id, 0))
        return wanted


def _named(message: Ship) -> dict[str, int]:
    wanted: dict[str, int] = {}
    for line in message.lines:
        wanted[line.line_id] = wanted.get(line.line_id, 0) + line.quantity.units
    return wanted


def require_fit(message: Ship) -> None:
    """Refuses with `UnfitParcel`."""
    for complaint in _complaints(message):
        raise UnfitParcel(message.order_id, complaint)


def _complaints(message: Ship) -> Iterator[str]:
    if not is_text(message.key, KEY_LENGTH):
        yield f"a key has 1 to {KEY_LENGTH} printable characters"
    if message.tracking_number is not None and not is_text(
        message.tracking_number, TRACKING_LENGTH
    ):
        yield f"a tracking number has 1 to {TRACKING_LENGTH} printable characters"
    if message.carrier is not None and not is_text(message.carrier, CARRIER_LENGTH):
        yield f"a carrier has 1 to {CARRIER_LENGTH} printable characters"
    url = message.tracking_url
    if url is not None and not (
        is_text(url, URL_LENGTH) and url.startswith(("https://", "http://"))
    ):
        yield f"a tracking address begins with https:// and has at most {URL_LENGTH} characters"
