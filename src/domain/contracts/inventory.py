"""The inventory context as all others see it: what lies on the shelf and to whom it is promised.

Every call takes one message and returns one, so it reads the same whether inventory
runs in this process or in another.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.shared.model import Event, NotFound, Refusal, Unfit
from domain.shared.values import AttemptId, OrderId, Quantity, Sku

MOST_ON_HAND = 1_000_000_000
"""Units of one SKU."""
MOST_OF_A_PAGE = 100
"""SKUs, movements or reservations."""
COUNT_REASONS = ("counted", "correction")
ADJUSTMENT_REASONS = ("correction", "damaged", "found", "lost", "received")


@dataclass(frozen=True, order=True, kw_only=True)
class Line:
    sku: Sku
    quantity: Quantity


@dataclass(frozen=True, kw_only=True)
class Reserve:
    """Lines of one SKU are counted together."""

    attempt_id: AttemptId
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Reserved:
    attempt_id: AttemptId
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Release:
    attempt_id: AttemptId


@dataclass(frozen=True, kw_only=True)
class Released:
    attempt_id: AttemptId


@dataclass(frozen=True, kw_only=True)
class Stock:
    """Units of one SKU: on the shelf, held by attempts to buy, and allocated to orders."""

    sku: Sku
    units_on_hand: int
    units_held: int = 0
    units_allocated: int = 0

    @property
    def units_available(self) -> int:
        return max(self.units_on_hand - self.units_held - self.units_allocated, 0)


@dataclass(frozen=True, kw_only=True)
class Count:
    sku: Sku
    units_on_hand: int


@dataclass(frozen=True, kw_only=True)
class SetStock:
    counts: tuple[Count, ...]


@dataclass(frozen=True, kw_only=True)
class StockSet:
    """How many were counted."""

    items: int


@dataclass(frozen=True, kw_only=True)
class CountStock:
    """So many units lie on the shelf. `reason` is one of `COUNT_REASONS`."""

    key: str
    sku: Sku
    units_on_hand: int
    reason: str = "counted"
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class AdjustStock:
    """So many units more on the shelf, or fewer. `reason` is one of `ADJUSTMENT_REASONS`."""

    key: str
    sku: Sku
    units: int
    reason: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class GetStock:
    sku: Sku


@dataclass(frozen=True, kw_only=True)
class ListStock:
    """`after` is the `next` of the page before."""

    after: str | None = None
    most: int = 20


@dataclass(frozen=True, kw_only=True)
class StockPage:
    items: tuple[Stock, ...]
    next: str | None = None


@dataclass(frozen=True, kw_only=True)
class Movement:
    """How what lies on the shelf came to change, and what lay there then.

    `reason` is one of those of counts and adjustments, `shipped`, `returned`, `written_off` for
    what came back and did not go on the shelf, or `not_returned` for what was put there by
    mistake. `key` names the count, adjustment, parcel or return.
    """

    movement_id: str
    sku: Sku
    reason: str
    units: int
    units_on_hand: int
    moved_at: datetime
    actor: str
    note: str = ""
    key: str | None = None
    order_id: OrderId | None = None


@dataclass(frozen=True, kw_only=True)
class ListMovements:
    """`after` is the `next` of the page before."""

    sku: Sku
    after: str | None = None
    most: int = 20


@dataclass(frozen=True, kw_only=True)
class MovementPage:
    items: tuple[Movement, ...]
    next: str | None = None


@dataclass(frozen=True, kw_only=True)
class PromisedUnits:
    """Units of one SKU, all lines of it taken together; `left` have not left the house."""

    sku: Sku
    units: int
    left: int


@dataclass(frozen=True, kw_only=True)
class ReservationDetails:
    """What is set aside for an attempt, or for the order that came of it, by SKU.

    `state` is held, released, allocated or returned.
    """

    attempt_id: AttemptId
    state: str
    goods: tuple[PromisedUnits, ...]
    order_id: OrderId | None = None


@dataclass(frozen=True, kw_only=True)
class ListReservations:
    """`after` is the `next` of the page before."""

    after: str | None = None
    most: int = 20


@dataclass(frozen=True, kw_only=True)
class ReservationPage:
    """By attempt, the newest first."""

    items: tuple[ReservationDetails, ...]
    next: str | None = None


@dataclass(frozen=True, kw_only=True)
class FindStock:
    skus: tuple[Sku, ...]


@dataclass(frozen=True, kw_only=True)
class StockFound:
    items: tuple[Stock, ...]


@dataclass(frozen=True, kw_only=True)
class StockReserved(Event, name="inventory.stock_reserved.v1"):
    attempt_id: AttemptId
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class StockReleased(Event, name="inventory.stock_released.v1"):
    attempt_id: AttemptId
    lines: tuple[Line, ...]


@dataclass(eq=False)
class OutOfStock(Refusal):
    sku: Sku
    units_available: int


@dataclass(eq=False)
class UnknownSku(NotFound):
    sku: Sku


@dataclass(eq=False)
class AlreadyReleased(Refusal):
    attempt_id: AttemptId


@dataclass(eq=False)
class AlreadyAllocated(Refusal):
    """An order stands on this reservation: it goes back by way of the order, not of the attempt."""

    attempt_id: AttemptId


@dataclass(eq=False)
class OtherLinesReserved(Refusal):
    attempt_id: AttemptId


@dataclass(eq=False)
class UnfitCount(Unfit):
    sku: Sku
    because: str


@dataclass(eq=False)
class UnfitAdjustment(Unfit):
    sku: Sku
    because: str


@dataclass(eq=False)
class TooFewOnHand(Refusal):
    """More was to be taken off the shelf than lies there."""

    sku: Sku
    units_on_hand: int


@dataclass(eq=False)
class TooManyOnHand(Refusal):
    """More would lie on the shelf than can be counted."""

    sku: Sku
    units_on_hand: int


@dataclass(eq=False)
class KeyReused(Refusal):
    """Another count, or another adjustment, was made under this key before."""

    key: str


@dataclass(eq=False)
class UnknownCursor(Unfit):
    """No page ended with this."""

    after: str


class Inventory(Protocol):
    async def reserve(self, message: Reserve, /) -> Reserved:
        """Set all lines of an attempt aside, or none; asking again for the same changes nothing.

        Refuses with `UnknownSku`, `OutOfStock`, `OtherLinesReserved` or `AlreadyReleased`.
        """
        ...

    async def release(self, message: Release, /) -> Released:
        """Let go of whatever an attempt holds, for good: a `reserve` that comes later is refused.

        Works where nothing was held too; asking again changes nothing. Refuses with
        `AlreadyAllocated`.
        """
        ...

    async def set_stock(self, message: SetStock, /) -> StockSet:
        """Say what lies on many shelves, as counted; what is promised of that stays promised.

        All or none; saying the same again changes nothing. What was never counted before is known
        from then on. At most 500 at a time. Refuses with `UnfitCount`.
        """
        ...

    async def count_stock(self, message: CountStock, /) -> Stock:
        """Say what lies on one shelf, as counted, once under its key, and how it stands then.

        What is promised of that stays promised, and a SKU is known once it was counted. Asking
        again under the same key counts nothing, whatever has happened since, and is told how it
        stands now. It is written down also where nothing has changed. Refuses with `KeyReused` or
        `UnfitCount`.
        """
        ...

    async def adjust_stock(self, message: AdjustStock, /) -> Stock:
        """Put so many units more on the shelf, or take them off, and say how it stands then.

        Asking again under the same key moves nothing, and is told how it stands now. What was
        refused was not done: its key is free. Refuses with `UnknownSku`, `TooFewOnHand`,
        `TooManyOnHand`, `KeyReused` or `UnfitAdjustment`.
        """
        ...

    async def get_stock(self, message: GetStock, /) -> Stock:
        """Refuses with `UnknownSku` what was never counted."""
        ...

    async def list_stock(self, message: ListStock, /) -> StockPage:
        """Everything that was ever counted, by SKU, at most 100 a page.

        Refuses with `UnknownCursor`.
        """
        ...

    async def list_movements(self, message: ListMovements, /) -> MovementPage:
        """How the shelf of a SKU came to be as it is, the newest first, at most 100 a page.

        Refuses with `UnknownSku` or `UnknownCursor`.
        """
        ...

    async def list_reservations(self, message: ListReservations, /) -> ReservationPage:
        """All that was ever reserved or given up, at most 100 a page.

        Refuses with `UnknownCursor`.
        """
        ...

    async def find_stock(self, message: FindStock, /) -> StockFound:
        """What there is of these SKUs; what was never counted is left out. Never refuses."""
        ...
