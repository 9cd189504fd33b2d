"""What the shelves say is promised, held against the reservations that it is promised by."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from uuid import UUID

from app.commands.books.rules import Mistake
from app.commands.books.standing import Books
from domain.contracts.inventory import ReservationDetails
from domain.shared.values import AttemptId, Sku

Promised = tuple[int, int]
"""Units held, and units allocated."""


@dataclass
class Shelves:
    """Reservations are added up while they go by. Meanwhile the shop sells: of a SKU that moved
    nothing can be said. A number for each SKU is in memory, and who had come since `recent`.
    """

    recent: UUID
    held: Counter[Sku] = field(default_factory=Counter)
    allocated: Counter[Sku] = field(default_factory=Counter)
    moving: set[Sku] = field(default_factory=set)
    _before: dict[Sku, Promised] = field(default_factory=dict)
    _known: set[AttemptId] = field(default_factory=set)

    async def begin(self, books: Books) -> None:
        self._known = {one.attempt_id async for one in self._newest(books)}
        self._before = await _counted(books)

    def add(self, reservation: ReservationDetails) -> None:
        for one in reservation.goods:
            if reservation.state == "held":
                self.held[one.sku] += one.units
            elif reservation.state == "allocated":
                self.allocated[one.sku] += one.left

    async def end(self, books: Books) -> list[Mistake]:
        """What does not agree, of all that stood still."""
        after = await _counted(books)
        self.moving = {sku for sku in after if after[sku] != self._before.get(sku)}
        self.moving |= await self._came_since(books)
        return list(self._differences(after))

    async def _came_since(self, books: Books) -> set[Sku]:
        """Without what is newly held, promises only become fewer: then equal counts stood still.

        Whoever came after the first count may have been added up already, and gone on since.
        """
        newest = self._newest(books)
        came = [one async for one in newest if one.attempt_id not in self._known]
        return {goods.sku for one in came for goods in one.goods}

    async def _newest(self, books: Books) -> AsyncIterator[ReservationDetails]:
        async with aclosing(books.reservations()) as newest:
            async for one in newest:
                if one.attempt_id < self.recent:
                    break
                yield one

    def _differences(self, counted: dict[Sku, Promised]) -> Iterator[Mistake]:
        for sku in sorted(counted.keys() | self.held.keys() | self.allocated.keys()):
            held, allocated = counted.get(sku, (0, 0))
            if sku in self.moving or (held, allocated) == (self.held[sku], self.allocated[sku]):
                continue
            told = (
                f"the shelf counts {held} held and {allocated} allocated, "
                f"reservations {self.held[sku]} and {self.allocated[sku]}"
            )
            yield Mistake(kind="other_count", told=told, sku=sku)


async def _counted(books: Books) -> dict[Sku, Promised]:
    return {one.sku: (one.units_held, one.units_allocated) for one in await books.stock()}
