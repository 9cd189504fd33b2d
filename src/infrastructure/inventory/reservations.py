from collections.abc import Sequence
from copy import copy
from datetime import datetime
from itertools import groupby
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping, Select, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.inventory import Line
from domain.inventory.reservation import Reservation, ReservationState, TakenParcel
from domain.shared.ids import earliest_uuid7
from domain.shared.model import Conflict
from domain.shared.values import AttemptId, OrderId, Quantity
from infrastructure.inventory.tables import lines, outbox, reservations
from infrastructure.shared.database.columns import is_among
from infrastructure.shared.database.inserts import insert_new
from infrastructure.shared.events.outbox import append_events

parcels_json: TypeAdapter[tuple[TakenParcel, ...]] = TypeAdapter(tuple[TakenParcel, ...])

# Built once: building one costs as much as executing it.
SAVE = update(reservations).where(
    reservations.c.attempt_id == bindparam("of_attempt"),
    reservations.c.version == bindparam("of_version"),
)
WHOLE = select(reservations, lines.c.sku, lines.c.units).outerjoin(lines).order_by(lines.c.number)
OF_ATTEMPT = WHOLE.where(reservations.c.attempt_id == bindparam("of"))
OF_ORDER = WHOLE.where(reservations.c.order_id == bindparam("of"))


class SqlReservations:
    """All reservations in a transaction; it remembers what it loaded, so as to write only what
    changed.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._loaded: dict[AttemptId, Reservation] = {}

    async def add(self, reservation: Reservation) -> bool:
        if not await insert_new(self._connection, reservations, reservation_row(reservation)):
            return False
        if rows := reserved_rows(reservation):
            await self._connection.execute(insert(lines), rows)
        await self._stored(reservation)
        return True

    async def find(self, attempt_id: AttemptId) -> Reservation | None:
        return await self._find(OF_ATTEMPT, attempt_id)

    async def find_ordered(self, order_id: OrderId) -> Reservation | None:
        return await self._find(OF_ORDER, order_id)

    async def reservations(self, before: AttemptId | None, most: int) -> list[Reservation]:
        its = reservations.c.attempt_id
        newest = select(its).order_by(its.desc()).limit(most)
        if before is not None:
            newest = newest.where(its < before)
        page = (await self._connection.execute(newest)).scalars().all()
        whole = WHOLE.where(its.in_(page)).order_by(None).order_by(its.desc(), lines.c.number)
        rows = (await self._connection.execute(whole)).mappings()
        return [_reservation([*of_one]) for _, of_one in groupby(rows, lambda row: row[its])]

    async def held_since(self, before: datetime, most: int) -> list[AttemptId]:
        its = reservations.c
        is_held = is_among(its.state, ReservationState.HELD)
        late = select(its.attempt_id).where(is_held, its.attempt_id < earliest_uuid7(before))
        oldest = late.order_by(its.attempt_id).limit(most)
        return list((await self._connection.execute(oldest)).scalars())

    async def save(self, reservation: Reservation) -> None:
        if reservation == self._loaded.get(reservation.attempt_id):
            return
        unchanged = {"of_attempt": reservation.attempt_id, "of_version": reservation.version}
        saved = await self._connection.execute(SAVE, {**reservation_row(reservation), **unchanged})
        if saved.rowcount == 0:
            raise Conflict(reservation.attempt_id)
        await self._stored(reservation)

    async def _stored(self, reservation: Reservation) -> None:
        await append_events(self._connection, outbox, str(reservation.attempt_id), reservation)
        reservation.version += 1
        self._loaded[reservation.attempt_id] = copy(reservation)

    async def _find(self, one: Select[Any], of: AttemptId | OrderId) -> Reservation | None:
        found = await self._connection.execute(one, {"of": of})
        if not (rows := found.mappings().all()):
            return None
        reservation = _reservation(rows)
        self._loaded[reservation.attempt_id] = copy(reservation)
        return reservation


def _reservation(rows: Sequence[RowMapping]) -> Reservation:
    head = rows[0]
    return Reservation(
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


def reservation_row(reservation: Reservation) -> dict[str, Any]:
    return {
        "attempt_id": reservation.attempt_id,
        "state": reservation.state,
        "order_id": reservation.order_id,
        "parcels": parcels_json.dump_json(reservation.parcels).decode(),
        "version": reservation.version + 1,
        "events_recorded": reservation.events_recorded,
    }


def reserved_rows(reservation: Reservation) -> list[dict[str, Any]]:
    return [
        {
            "attempt_id": reservation.attempt_id,
            "number": number,
            "sku": line.sku,
            "units": line.quantity.units,
        }
        for number, line in enumerate(reservation.lines)
    ]
