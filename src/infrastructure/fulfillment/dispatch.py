from copy import copy
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.fulfillment import NoShipment, Parcel, ParcelLine
from domain.fulfillment.shipment import KeyedParcel, Shipment, ShipmentLine
from domain.shared.model import Conflict
from domain.shared.values import OrderId
from infrastructure.fulfillment.tables import lines, outbox, parcels, shipments
from infrastructure.shared.database.inserts import insert_new
from infrastructure.shared.events.outbox import append_events

parcel_lines_json: TypeAdapter[tuple[ParcelLine, ...]] = TypeAdapter(tuple[ParcelLine, ...])


class SqlDispatch:
    """Shipments in a transaction; it remembers what it loaded, so as to write only what changed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._loaded: dict[OrderId, Shipment] = {}

    async def add(self, shipment: Shipment) -> bool:
        if not await insert_new(self._connection, shipments, shipment_row(shipment)):
            return False
        rows = [
            {"order_id": shipment.order_id, "number": number, **vars(line)}
            for number, line in enumerate(shipment.lines)
        ]
        if rows:
            await self._connection.execute(insert(lines), rows)
        await self._add_parcels(shipment, known=0)
        await self._stored(shipment)
        return True

    async def get(self, order_id: OrderId) -> Shipment:
        whole = select(shipments, lines).outerjoin(lines)
        one = whole.where(shipments.c.order_id == order_id).order_by(lines.c.number)
        if not (rows := (await self._connection.execute(one)).mappings().all()):
            raise NoShipment(order_id)
        sent = select(parcels).where(parcels.c.order_id == order_id).order_by(parcels.c.number)
        shipment = Shipment(
            order_id,
            lines=tuple(_line(row) for row in rows if row["line_id"]),
            parcels=tuple(
                _parcel(row) for row in (await self._connection.execute(sent)).mappings()
            ),
            is_cancelled=rows[0]["is_cancelled"],
            version=rows[0]["version"],
            events_recorded=rows[0]["events_recorded"],
        )
        self._loaded[order_id] = copy(shipment)
        return shipment

    async def save(self, shipment: Shipment) -> None:
        before = self._loaded.get(shipment.order_id)
        if shipment == before:
            return
        unchanged = (
            shipments.c.order_id == shipment.order_id,
            shipments.c.version == shipment.version,
        )
        one = update(shipments).where(*unchanged).values(shipment_row(shipment))
        if before is None or (await self._connection.execute(one)).rowcount == 0:
            raise Conflict(shipment.order_id)
        moved = [
            {"of_order": shipment.order_id, "of_number": number, "units": now.units_shipped}
            for number, (now, then) in enumerate(zip(shipment.lines, before.lines, strict=True))
            if now != then
        ]
        if moved:
            these = update(lines).where(
                lines.c.order_id == bindparam("of_order"), lines.c.number == bindparam("of_number")
            )
            await self._connection.execute(these.values(units_shipped=bindparam("units")), moved)
        await self._add_parcels(shipment, known=len(before.parcels))
        await self._stored(shipment)

    async def _add_parcels(self, shipment: Shipment, *, known: int) -> None:
        if rows := [parcel_row(shipment, n) for n in range(known, len(shipment.parcels))]:
            await self._connection.execute(insert(parcels), rows)

    async def _stored(self, shipment: Shipment) -> None:
        await append_events(self._connection, outbox, str(shipment.order_id), shipment)
        shipment.version += 1
        self._loaded[shipment.order_id] = copy(shipment)


def shipment_row(shipment: Shipment) -> dict[str, Any]:
    return {
        "order_id": shipment.order_id,
        "is_cancelled": shipment.is_cancelled,
        "version": shipment.version + 1,
        "events_recorded": shipment.events_recorded,
    }


def parcel_row(shipment: Shipment, number: int) -> dict[str, Any]:
    keyed = shipment.parcels[number]
    return {
        "order_id": shipment.order_id,
        "number": number,
        "key": keyed.key,
        **vars(keyed.parcel),
        "lines": parcel_lines_json.dump_json(keyed.parcel.lines).decode(),
    }


def _line(row: RowMapping) -> ShipmentLine:
    return ShipmentLine(
        line_id=row["line_id"],
        sku=row["sku"],
        units_ordered=row["units_ordered"],
        units_shipped=row["units_shipped"],
    )


def _parcel(row: RowMapping) -> KeyedParcel:
    parcel = Parcel(
        parcel_id=row["parcel_id"],
        lines=parcel_lines_json.validate_json(row["lines"]),
        shipped_at=row["shipped_at"],
        tracking_number=row["tracking_number"],
        tracking_url=row["tracking_url"],
        carrier=row["carrier"],
    )
    return KeyedParcel(key=row["key"], parcel=parcel)
