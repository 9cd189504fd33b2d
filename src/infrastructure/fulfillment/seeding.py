"""What fulfillment knows of sales that are long finished: each left in one parcel."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.fulfillment import Ship
from domain.fulfillment.shipment import KeyedParcel, Shipment
from infrastructure.fulfillment.dispatch import parcel_row, shipment_row
from infrastructure.fulfillment.tables import lines, parcels, shipments
from infrastructure.shared.sales import Sale
from infrastructure.shared.seeding import missing, pour


async def write(connection: AsyncConnection, sales: Sequence[Sale]) -> None:
    by_order = {sale.order_id: sale for sale in sales}
    new = await missing(connection, shipments.c.order_id, by_order)
    made = [shipment for sale in new if (shipment := _shipment(sale))]
    await pour(connection, shipments, map(shipment_row, made))
    shipped = (
        {"order_id": one.order_id, "number": number, **vars(line)}
        for one in made
        for number, line in enumerate(one.lines)
    )
    await pour(connection, lines, shipped)
    await pour(connection, parcels, (parcel_row(one, 0) for one in made))


def _shipment(sale: Sale) -> Shipment | None:
    if shipment := Shipment.opened(sale.placed()):
        message = Ship(order_id=sale.order_id, key="seed", carrier="Stagecoach")
        parcel = shipment.ship(message, sale.shipped_at)
        named = KeyedParcel(key="seed", parcel=replace(parcel, parcel_id=sale.parcel_id))
        shipment.parcels = (named,)
    return shipment
