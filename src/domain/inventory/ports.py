"""What the inventory model needs from the world."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.contracts.inventory import Count, Movement
from domain.inventory.movement import Cause, Change, Finding
from domain.inventory.reservation import Reservation
from domain.inventory.stock import Portion, StockItem
from domain.shared.values import AttemptId, OrderId, Sku


class Shelves(Protocol):
    """All stock items and all reservations, as if they were in memory."""

    async def items(self, skus: Sequence[Sku]) -> list[StockItem]:
        """Those of these that were ever counted, in the order of their SKUs."""
        ...

    async def items_after(self, sku: Sku | None, most: int) -> list[StockItem]:
        """The first of those that follow, in the order of their SKUs."""
        ...

    async def count(self, counts: Sequence[Count], cause: Cause) -> list[StockItem]:
        """`StockItem.count`, for all of these, in the order of their SKUs; what was never counted
        before is new. What changed is written down.

        Raises `Conflict` if another counts the same for the first time.
        """
        ...

    async def count_once(self, finding: Finding) -> bool:
        """`count`, of one, but written down first under its key, also where nothing has changed.

        False, and nothing is done, if something is under that key already. Raises `Conflict` if
        another counts the same for the first time.
        """
        ...

    async def find_counted(self, finding: Finding) -> Finding | None:
        """What is written down under the key of this, if anything."""
        ...

    async def change(self, change: Change) -> bool:
        """`StockItem.adjust`, decided where the item lies, and written down first under its key.

        False, and nothing is done, if something is under that key already. Refuses with
        `TooFewOnHand`, `TooManyOnHand` or `UnknownSku`.
        """
        ...

    async def find_twin(self, change: Change) -> Change | None:
        """What is written down under the key of this, if anything."""
        ...

    async def movements(self, sku: Sku, before: UUID | None, most: int) -> list[Movement]:
        """What was written down of a SKU before this, the newest first."""
        ...

    async def hold(self, portion: Portion) -> None:
        """`StockItem.hold`, decided where the item lies: buyers of one SKU queue, and no one is
        told to try again. Refuses with `OutOfStock` or `UnknownSku`.
        """
        ...

    async def let_go(self, portions: Sequence[Portion]) -> None:
        """`StockItem.let_go`, likewise, of all these; so with those that follow."""
        ...

    async def allocate(self, portions: Sequence[Portion]) -> None: ...

    async def give_back(self, portions: Sequence[Portion]) -> None: ...

    async def take(self, portions: Sequence[Portion], cause: Cause) -> None:
        """This is written down too: it changes what lies there."""
        ...

    async def add(self, reservation: Reservation) -> bool:
        """Store a new reservation and send its events with it.

        False, and nothing is stored, if there is one of its attempt.
        """
        ...

    async def find(self, attempt_id: AttemptId) -> Reservation | None:
        """The reservation of an attempt, if there is one."""
        ...

    async def find_ordered(self, order_id: OrderId) -> Reservation | None:
        """The reservation that is allocated to an order, if there is one."""
        ...

    async def reservations(self, before: AttemptId | None, most: int) -> list[Reservation]:
        """By attempt, the newest first."""
        ...

    async def held_since(self, before: datetime, most: int) -> list[AttemptId]:
        """Attempts from before this time for which stock is held yet, the oldest first."""
        ...

    async def save(self, reservation: Reservation) -> None:
        """Store what changed and send its events with it. Raises `Conflict` if it is stale.

        What has not changed is not stored, and keeps its version.
        """
        ...


Begin = Callable[[], AbstractAsyncContextManager[Shelves]]
"""Open a transaction: it commits when the block ends, and rolls back when it raises."""
