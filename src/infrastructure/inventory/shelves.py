from collections.abc import Sequence
from copy import copy
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import BindParameter, ColumnElement, bindparam, case, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.inventory import Count, Line, UnknownSku
from domain.inventory.reservation import Reservation, ReservationState, TakenParcel
from domain.inventory.stock import Portion, StockItem
from domain.shared.model import Conflict
from domain.shared.values import AttemptId, OrderId, Quantity, Sku
from infrastructure.inventory.tables import items, lines, outbox, reservations
from infrastructure.shared.inserts import insert_new
from infrastructure.shared.outbox import append_events

parcels_json: TypeAdapter[tuple[TakenParcel, ...]] = TypeAdapter(tuple[TakenParcel, ...])
on_hand, held, allocated = items.c.units_on_hand, items.c.units_held, items.c.units_allocated
units: BindParameter[int] = bindparam("units")


class SqlShelves:
    """The shelves in a transaction; it remembers what it loaded, so as to write only what changed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._loaded: dict[AttemptId, Reservation] = {}

    async def items(self, skus: Sequence[Sku]) -> list[StockItem]:
        some = select(items).where(items.c.sku.in_(skus)).order_by(items.c.sku)
        return [StockItem(**row) for row in (await self._connection.execute(some)).mappings()]

    async def count(self, counts: Sequence[Count]) -> None:
        known = {item.sku: item for item in await self.items([count.sku for count in counts])}
        new = [StockItem(count.sku, count.units_on_hand) for count in counts]
        if added := [vars(item) for item in new if item.sku not in known]:
            try:
                await self._connection.execute(insert(items), added)
            except IntegrityError as exists:
                raise Conflict("items") from exists
        changed = [
            Portion(item.sku, item.units_on_hand)
            for item in sorted(new, key=lambda item: item.sku)
            if item.sku in known and item.units_on_hand != known[item.sku].units_on_hand
        ]
        await self._move(changed, units_on_hand=units)

    async def hold(self, portion: Portion) -> None:
        enough = on_hand - held - allocated >= portion.units
        more = {"units_held": held + portion.units}
        one = update(items).where(items.c.sku == portion.sku, enough).values(more)
        if (await self._connection.execute(one)).rowcount == 0:
            for item in await self.items([portion.sku]):
                item.hold(portion.units)  # refuses, in the model's own words
                raise Conflict(portion.sku)  # or stock has just come in
            raise UnknownSku(portion.sku)

    async def let_go(self, portions: Sequence[Portion]) -> None:
        await self._move(portions, units_held=held - units)

    async def allocate(self, portions: Sequence[Portion]) -> None:
        await self._move(portions, units_held=held - units, units_allocated=allocated + units)

    async def give_back(self, portions: Sequence[Portion]) -> None:
        await self._move(portions, units_allocated=allocated - units)

    async def take(self, portions: Sequence[Portion]) -> None:
        left = case((on_hand > units, on_hand - units), else_=0)
        await self._move(portions, units_allocated=allocated - units, units_on_hand=left)

    async def _move(self, portions: Sequence[Portion], **values: ColumnElement[int]) -> None:
        if portions:
            these = update(items).where(items.c.sku == bindparam("of_sku")).values(values)
            rows = [{"of_sku": portion.sku, "units": portion.units} for portion in portions]
            await self._connection.execute(these, rows)

    async def add(self, reservation: Reservation) -> bool:
        if not await insert_new(self._connection, reservations, _state(reservation)):
            return False
        rows = [
            {
                "attempt_id": reservation.attempt_id,
                "number": number,
                "sku": line.sku,
                "units": line.quantity.units,
            }
            for number, line in enumerate(reservation.lines)
        ]
        if rows:
            await self._connection.execute(insert(lines), rows)
        await self._stored(reservation)
        return True

    async def find(self, attempt_id: AttemptId) -> Reservation | None:
        return await self._find(reservations.c.attempt_id == attempt_id)

    async def find_ordered(self, order_id: OrderId) -> Reservation | None:
        return await self._find(reservations.c.order_id == order_id)

    async def save(self, reservation: Reservation) -> None:
        if reservation == self._loaded.get(reservation.attempt_id):
            return
        unchanged = (
            reservations.c.attempt_id == reservation.attempt_id,
            reservations.c.version == reservation.version,
        )
        one = update(reservations).where(*unchanged).values(_state(reservation))
        if (await self._connection.execute(one)).rowcount == 0:
            raise Conflict(reservation.attempt_id)
        await self._stored(reservation)

    async def _stored(self, reservation: Reservation) -> None:
        await append_events(self._connection, outbox, str(reservation.attempt_id), reservation)
        reservation.version += 1
        self._loaded[reservation.attempt_id] = copy(reservation)

    async def _find(self, which: ColumnElement[bool]) -> Reservation | None:
        whole = select(reservations, lines.c.sku, lines.c.units).outerjoin(lines)
        found = await self._connection.execute(whole.where(which).order_by(lines.c.number))
        if not (rows := found.mappings().all()):
            return None
        head = rows[0]
        reservation = Reservation(
            attempt_id=head["attempt_id"],
            lines=tuple(
                Line(sku=row["sku"], quantity=Quantity(row["units"])) for row in rows if row["sku"]
            ),
            state=ReservationState(head["state"]),
            order_id=head["order_id"],
            parcels=parcels_json.validate_json(head["parcels"]),
            version=head["version"],
            events_recorded=head["events_recorded"],
        )
        self._loaded[reservation.attempt_id] = copy(reservation)
        return reservation


def _state(reservation: Reservation) -> dict[str, Any]:
    return {
        "attempt_id": reservation.attempt_id,
        "state": reservation.state,
        "order_id": reservation.order_id,
        "parcels": parcels_json.dump_json(reservation.parcels).decode(),
        "version": reservation.version + 1,
        "events_recorded": reservation.events_recorded,
    }
