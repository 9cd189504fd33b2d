"""To whom stock is promised."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from domain.contracts.inventory import (
    AlreadyAllocated,
    AlreadyReleased,
    Line,
    OtherLinesReserved,
    PromisedUnits,
    ReservationDetails,
    StockReleased,
    StockReserved,
    UnknownSku,
)
from domain.inventory.stock import Portion, portions
from domain.shared.model import Aggregate, NotYet
from domain.shared.values import AttemptId, OrderId, is_sku


class ReservationState(StrEnum):
    HELD = "held"
    RELEASED = "released"
    ALLOCATED = "allocated"
    RETURNED = "returned"


class OutOfStep(NotYet):
    """What happened elsewhere builds on something that has not happened here (yet)."""


@dataclass(frozen=True, slots=True)
class TakenParcel:
    """What left the house for an order, and under which name."""

    parcel_id: str
    portions: tuple[Portion, ...]


@dataclass
class Reservation(Aggregate):
    """What one attempt to buy holds, and then the order that came of it: all its lines or, once
    released, nothing ever again.
    """

    attempt_id: AttemptId
    lines: tuple[Line, ...] = ()
    state: ReservationState = ReservationState.HELD
    order_id: OrderId | None = None
    parcels: tuple[TakenParcel, ...] = ()

    @classmethod
    def made(cls, attempt_id: AttemptId, lines: Iterable[Line]) -> "Reservation":
        """A new one, that holds these lines. Refuses with `UnknownSku` what nothing is called."""
        reservation = cls(attempt_id, tuple(sorted(lines)))
        for line in reservation.lines:
            if not is_sku(line.sku):
                raise UnknownSku(line.sku)
        reservation.record(StockReserved(attempt_id=attempt_id, lines=reservation.lines))
        return reservation

    @classmethod
    def given_up(cls, attempt_id: AttemptId) -> "Reservation":
        """The tombstone of an attempt that holds nothing, lest it reserve too late."""
        return cls(attempt_id, state=ReservationState.RELEASED)

    @property
    def portions(self) -> tuple[Portion, ...]:
        return portions(self.lines)

    @property
    def portions_left(self) -> tuple[Portion, ...]:
        """What has not left the house."""
        left = {portion.sku: portion.units for portion in self.portions}
        for parcel in self.parcels:
            for portion in parcel.portions:
                left[portion.sku] -= portion.units
        return tuple(Portion(sku, units) for sku, units in left.items() if units)

    def details(self) -> ReservationDetails:
        left = {portion.sku: portion.units for portion in self.portions_left}
        return ReservationDetails(
            attempt_id=self.attempt_id,
            state=self.state,
            goods=tuple(
                PromisedUnits(sku=one.sku, units=one.units, left=left.get(one.sku, 0))
                for one in self.portions
            ),
            order_id=self.order_id,
        )

    def require_same(self, lines: Iterable[Line]) -> None:
        """Asking again is harmless, asking for something else is not."""
        if self.state in (ReservationState.RELEASED, ReservationState.RETURNED):
            raise AlreadyReleased(self.attempt_id)
        if portions(lines) != self.portions:
            raise OtherLinesReserved(self.attempt_id)

    def release(self) -> tuple[Portion, ...]:
        """Give everything up, for good, and return what is to be let go: nothing when asked again."""
        if self.state == ReservationState.ALLOCATED:
            raise AlreadyAllocated(self.attempt_id)
        if self.state != ReservationState.HELD:
            return ()
        self.state = ReservationState.RELEASED
        self.record(StockReleased(attempt_id=self.attempt_id, lines=self.lines))
        return self.portions

    def allocate(self, order_id: OrderId) -> tuple[Portion, ...]:
        """An order came of the attempt: return what is to be allocated to it."""
        if self.order_id == order_id:
            return ()
        if self.state != ReservationState.HELD:
            raise OutOfStep(f"the stock of order {order_id} is {self.state}, not held")
        self.state, self.order_id = ReservationState.ALLOCATED, order_id
        return self.portions

    def give_back(self) -> tuple[Portion, ...]:
        """The order was cancelled: return what goes back to the shelf, which is what has not left."""
        if self.state == ReservationState.RETURNED:
            return ()
        self._require_allocated()
        self.state = ReservationState.RETURNED
        self.record(StockReleased(attempt_id=self.attempt_id, lines=self.lines))
        return self.portions_left

    def take(self, parcel_id: str, taken: tuple[Portion, ...]) -> tuple[Portion, ...]:
        """These units leave in this parcel: return what is to be taken off the shelf."""
        if any(parcel.parcel_id == parcel_id for parcel in self.parcels):
            return ()
        self._require_allocated()
        left = {portion.sku: portion.units for portion in self.portions_left}
        for portion in taken:
            if portion.units > left.get(portion.sku, 0):
                raise OutOfStep(f"parcel {parcel_id} has more of {portion.sku} than is allocated")
        self.parcels += (TakenParcel(parcel_id, taken),)
        return taken

    def _require_allocated(self) -> None:
        if self.state != ReservationState.ALLOCATED:
            raise OutOfStep(f"the stock of attempt {self.attempt_id} is {self.state}")
