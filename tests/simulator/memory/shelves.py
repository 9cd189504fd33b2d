"""The `Shelves` in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.contracts.inventory import Count, Movement, UnknownSku
from domain.inventory.movement import Cause, Change, Finding
from domain.inventory.reservation import Reservation, ReservationState
from domain.inventory.stock import Portion, StockItem
from domain.shared.ids import earliest_uuid7, public, uuid7
from domain.shared.values import AttemptId, OrderId, Sku
from infrastructure.shared.envelope import current
from tests.simulator.memory.store import Draft


@dataclass(frozen=True)
class Written:
    """A movement, and what it was written down for."""

    movement_id: UUID
    movement: Movement
    cause: Change | Finding


class FakeShelves:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    async def items(self, skus: Sequence[Sku]) -> list[StockItem]:
        found = (self._draft.find(StockItem, sku) for sku in sorted(set(skus)))
        return [item for item in found if item]

    async def items_after(self, sku: Sku | None, most: int) -> list[StockItem]:
        found = (one for one in self._draft.all(StockItem) if sku is None or one.sku > sku)
        return sorted(found, key=lambda one: one.sku)[:most]

    async def count(self, counts: Sequence[Count], cause: Cause) -> list[StockItem]:
        for count in counts:
            known = self._draft.find(StockItem, count.sku)
            more = count.units_on_hand - (known.units_on_hand if known else 0)
            item = known or StockItem(count.sku, 0)
            item.count(count.units_on_hand)
            self._draft.put(item.sku, item)
            if more:
                self._write_down(Change(item.sku, more, cause), more)
        return await self.items([count.sku for count in counts])

    async def count_once(self, finding: Finding) -> bool:
        if self._under(finding.cause.key):
            return False
        sku = finding.count.sku
        known = self._draft.find(StockItem, sku) or StockItem(sku, 0)
        more = finding.count.units_on_hand - known.units_on_hand
        known.count(finding.count.units_on_hand)
        self._draft.put(sku, known)
        self._write_down(finding, more)
        return True

    async def find_counted(self, finding: Finding) -> Finding | None:
        known = self._under(finding.cause.key)
        return known if isinstance(known, Finding) else None

    async def change(self, change: Change) -> bool:
        if self._under(change.cause.key):
            return False
        self._on_shelf([Portion(change.sku, change.units)], StockItem.adjust)
        self._write_down(change, change.units)
        return True

    async def find_twin(self, change: Change) -> Change | None:
        known = self._under(change.cause.key)
        return known if isinstance(known, Change) else None

    async def movements(self, sku: Sku, before: UUID | None, most: int) -> list[Movement]:
        found = [
            one
            for one in self._draft.all(Written)
            if one.movement.sku == sku and (before is None or one.movement_id < before)
        ]
        found.sort(key=lambda one: one.movement_id, reverse=True)
        return [one.movement for one in found[:most]]

    async def hold(self, portion: Portion) -> None:
        self._on_shelf([portion], StockItem.hold)

    async def let_go(self, portions: Sequence[Portion]) -> None:
        self._on_shelf(portions, StockItem.let_go)

    async def allocate(self, portions: Sequence[Portion]) -> None:
        self._on_shelf(portions, StockItem.allocate)

    async def give_back(self, portions: Sequence[Portion]) -> None:
        self._on_shelf(portions, StockItem.give_back)

    async def take(self, portions: Sequence[Portion], cause: Cause) -> None:
        before = {
            item.sku: item.units_on_hand for item in await self.items([p.sku for p in portions])
        }
        self._on_shelf(portions, StockItem.take)
        for item in await self.items(list(before)):
            units = item.units_on_hand - before[item.sku]
            self._write_down(Change(item.sku, units, cause), units)

    async def add(self, reservation: Reservation) -> bool:
        if self._draft.find(Reservation, reservation.attempt_id):
            return False
        self._draft.store(reservation.attempt_id, reservation)
        return True

    async def find(self, attempt_id: AttemptId) -> Reservation | None:
        return self._draft.find(Reservation, attempt_id)

    async def find_ordered(self, order_id: OrderId) -> Reservation | None:
        all_ = self._draft.all(Reservation)
        return next((one for one in all_ if one.order_id == order_id), None)

    async def reservations(self, before: AttemptId | None, most: int) -> list[Reservation]:
        found = [
            one for one in self._draft.all(Reservation) if before is None or one.attempt_id < before
        ]
        return sorted(found, key=lambda one: one.attempt_id, reverse=True)[:most]

    async def held_since(self, before: datetime, most: int) -> list[AttemptId]:
        late = (
            one.attempt_id
            for one in self._draft.all(Reservation)
            if one.state == ReservationState.HELD and one.attempt_id < earliest_uuid7(before)
        )
        return sorted(late)[:most]

    async def save(self, reservation: Reservation) -> None:
        self._draft.save(reservation.attempt_id, reservation)

    def _on_shelf(
        self, portions: Sequence[Portion], move: Callable[[StockItem, int], None]
    ) -> None:
        for portion in portions:
            item = self._draft.find(StockItem, portion.sku)
            if item is None:
                raise UnknownSku(portion.sku)
            move(item, portion.units)
            self._draft.put(item.sku, item)

    def _under(self, key: str | None) -> Change | Finding | None:
        causes = (one.cause for one in self._draft.all(Written))
        return next((one for one in causes if key is not None and one.cause.key == key), None)

    def _write_down(self, change: Change | Finding, units: int) -> None:
        now, cause = self._draft.clock(), change.cause
        sku = change.sku if isinstance(change, Change) else change.count.sku
        item = self._draft.find(StockItem, sku)
        movement_id = uuid7(now)
        movement = Movement(
            movement_id=public("mov", movement_id),
            sku=sku,
            reason=cause.reason,
            units=units,
            units_on_hand=item.units_on_hand if item else 0,
            moved_at=now,
            actor=current().actor,
            note=cause.note,
            key=cause.reference,
            order_id=cause.order_id,
        )
        self._draft.insert(movement_id, Written(movement_id, movement, change))
