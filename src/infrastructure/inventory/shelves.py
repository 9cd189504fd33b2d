from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    RowMapping,
    Select,
    Update,
    bindparam,
    case,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from domain.contracts.inventory import MOST_ON_HAND, Count, Movement, UnknownSku
from domain.inventory.movement import Cause, Change, Finding
from domain.inventory.stock import Portion, StockItem
from domain.shared.model import Conflict
from domain.shared.values import Sku
from infrastructure.inventory.movements import change_of, finding_of, movement_of, movement_row
from infrastructure.inventory.reservations import SqlReservations
from infrastructure.inventory.tables import items, movements
from infrastructure.shared.database.inserts import insert_new

on_hand, held, allocated = items.c.units_on_hand, items.c.units_held, items.c.units_allocated
units: BindParameter[int] = bindparam("units")
# Built once: building it costs as much as executing it.
HOLD = (
    update(items)
    .where(items.c.sku == bindparam("of_sku"), on_hand - held - allocated >= units)
    .values(units_held=held + units)
)
MOVE = update(items).where(items.c.sku == bindparam("of_sku"))
LET_GO = MOVE.values(units_held=held - units)
ALLOCATE = MOVE.values(units_held=held - units, units_allocated=allocated + units)
GIVE_BACK = MOVE.values(units_allocated=allocated - units)
OF = select(items).where(items.c.sku.in_(bindparam("skus", expanding=True))).order_by(items.c.sku)


class SqlShelves(SqlReservations):
    """The shelves in a transaction, and what was reserved of them."""

    async def items(self, skus: Sequence[Sku]) -> list[StockItem]:
        return await self._items(OF, {"skus": list(skus)})

    async def items_after(self, sku: Sku | None, most: int) -> list[StockItem]:
        following = select(items) if sku is None else select(items).where(items.c.sku > sku)
        return await self._items(following.order_by(items.c.sku).limit(most))

    async def count(self, counts: Sequence[Count], cause: Cause) -> list[StockItem]:
        before, now = await self._take_over(counts)
        changed = [item for item in now if item.units_on_hand != before.get(item.sku)]
        await self._write_down(before, changed, cause)
        return now

    async def count_once(self, finding: Finding) -> bool:
        count = finding.count
        row = movement_row(Change(count.sku, 0, finding.cause), count.units_on_hand)
        if not await insert_new(self._connection, movements, row):
            return False
        before, _ = await self._take_over([count])
        if more := count.units_on_hand - before.get(count.sku, 0):
            written = update(movements).where(movements.c.movement_id == row["movement_id"])
            await self._connection.execute(written.values(units=more))
        return True

    async def find_counted(self, finding: Finding) -> Finding | None:
        row = await self._under(finding.cause.key)
        return finding_of(row) if row else None

    async def change(self, change: Change) -> bool:
        row = movement_row(change, units_on_hand=0)
        if not await insert_new(self._connection, movements, row):
            return False
        more = on_hand + change.units
        possible = (items.c.sku == change.sku, more.between(0, MOST_ON_HAND))
        one = update(items).where(*possible).values(units_on_hand=more)
        if (await self._connection.execute(one)).rowcount == 0:
            for item in await self.items([change.sku]):
                item.adjust(change.units)  # refuses, in the model's own words
                raise Conflict(change.sku)  # or it has just become possible
            raise UnknownSku(change.sku)
        now = select(on_hand).where(items.c.sku == change.sku).scalar_subquery()
        written = update(movements).where(movements.c.movement_id == row["movement_id"])
        await self._connection.execute(written.values(units_on_hand=now))
        return True

    async def find_twin(self, change: Change) -> Change | None:
        row = await self._under(change.cause.key)
        return change_of(row) if row else None

    async def movements(self, sku: Sku, before: UUID | None, most: int) -> list[Movement]:
        its = select(movements).where(movements.c.sku == sku)
        if before is not None:
            its = its.where(movements.c.movement_id < before)
        newest = its.order_by(movements.c.movement_id.desc()).limit(most)
        return [movement_of(row) for row in (await self._connection.execute(newest)).mappings()]

    async def hold(self, portion: Portion) -> None:
        wanted = {"of_sku": portion.sku, "units": portion.units}
        if (await self._connection.execute(HOLD, wanted)).rowcount == 0:
            for item in await self.items([portion.sku]):
                item.hold(portion.units)  # refuses, in the model's own words
                raise Conflict(portion.sku)  # or stock has just come in
            raise UnknownSku(portion.sku)

    async def let_go(self, portions: Sequence[Portion]) -> None:
        await self._move(portions, LET_GO)

    async def allocate(self, portions: Sequence[Portion]) -> None:
        await self._move(portions, ALLOCATE)

    async def give_back(self, portions: Sequence[Portion]) -> None:
        await self._move(portions, GIVE_BACK)

    async def take(self, portions: Sequence[Portion], cause: Cause) -> None:
        if not portions:
            return
        taken = {portion.sku: portion.units for portion in portions}
        found = await self._items(OF.with_for_update(), {"skus": list(taken)})
        before = {item.sku: item.units_on_hand for item in found}
        left = case((on_hand > units, on_hand - units), else_=0)
        these = MOVE.values(units_allocated=allocated - units, units_on_hand=left)
        await self._move(portions, these)
        for item in found:
            item.take(taken[item.sku])
        await self._write_down(before, found, cause)

    async def _take_over(self, counts: Sequence[Count]) -> tuple[dict[Sku, int], list[StockItem]]:
        """How many lay there before, and what lies there now."""
        wanted = {count.sku: count.units_on_hand for count in counts}
        found = await self._items(OF.with_for_update(), {"skus": list(wanted)})
        before = {item.sku: item.units_on_hand for item in found}
        new = [StockItem(sku, units) for sku, units in wanted.items() if sku not in before]
        if new:
            try:
                await self._connection.execute(insert(items), [vars(item) for item in new])
            except IntegrityError as exists:
                raise Conflict("items") from exists
        for item in found:
            item.count(wanted[item.sku])
        changed = [item for item in found if item.units_on_hand != before[item.sku]]
        counted = [Portion(item.sku, item.units_on_hand) for item in changed]
        await self._move(counted, MOVE.values(units_on_hand=units))
        return before, sorted([*found, *new], key=lambda item: item.sku)

    async def _under(self, key: str | None) -> RowMapping | None:
        found = await self._connection.execute(select(movements).where(movements.c.key == key))
        return found.mappings().one_or_none()

    async def _move(self, portions: Sequence[Portion], these: Update) -> None:
        if portions:
            rows = [{"of_sku": portion.sku, "units": portion.units} for portion in portions]
            await self._connection.execute(these, rows)

    async def _items(
        self, which: Select[Any], told: Mapping[str, Any] | None = None
    ) -> list[StockItem]:
        rows = (await self._connection.execute(which, told)).mappings()
        return [StockItem(**row) for row in rows]

    async def _write_down(
        self, before: Mapping[Sku, int], changed: Sequence[StockItem], cause: Cause
    ) -> None:
        rows = [
            movement_row(
                Change(item.sku, item.units_on_hand - before.get(item.sku, 0), cause),
                item.units_on_hand,
            )
            for item in changed
        ]
        if rows:
            await self._connection.execute(insert(movements), rows)
