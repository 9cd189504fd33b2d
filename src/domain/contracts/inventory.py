"""The inventory context as all others see it: what lies on the shelf and to whom it is promised.

Every call takes one message and returns one, so it reads the same whether inventory
runs in this process or in another.
"""

from dataclasses import dataclass
from typing import Protocol

from domain.shared.model import Event, NotFound, Refusal
from domain.shared.values import AttemptId, Quantity, Sku

MOST_ON_HAND = 1_000_000_000
"""Units of one SKU."""


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
    items: int


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
class UnfitCount(Refusal):
    sku: Sku
    because: str


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
        """Say what lies on the shelf, as counted; what is promised of it stays promised.

        All or none; saying the same again changes nothing. At most 500 at a time. Refuses with
        `UnfitCount`.
        """
        ...

    async def find_stock(self, message: FindStock, /) -> StockFound:
        """What there is of these SKUs; what was never counted is left out. Never refuses."""
        ...
