"""What inventory knows of sales that are long finished: reservations, and what left the shelves.

What leaves has come in before, so that there lies as much on the shelves afterwards as before.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.inventory import Line
from domain.inventory.movement import Cause, by_parcel
from domain.inventory.reservation import Reservation
from domain.inventory.stock import StockItem
from domain.shared.values import Quantity, Sku
from infrastructure.inventory.reservations import reservation_row, reserved_rows
from infrastructure.inventory.tables import items, lines, movements, reservations
from infrastructure.shared.sales import CLIENT, Sale
from infrastructure.shared.seeding import missing, pour

CAME_IN = Cause(reason="received")


async def write(connection: AsyncConnection, sales: Sequence[Sale]) -> None:
    by_attempt = {sale.attempt_id: sale for sale in sales}
    if not (new := await missing(connection, reservations.c.attempt_id, by_attempt)):
        return
    made = [_reservation(sale) for sale in new]
    await pour(connection, reservations, map(reservation_row, made))
    await pour(connection, lines, (row for one in made for row in reserved_rows(one)))
    on_hand = await _on_hand(connection, {product.sku for sale in new for product, _ in sale.goods})
    await pour(connection, movements, _moved(new, on_hand))


def _reservation(sale: Sale) -> Reservation:
    goods = [Line(sku=product.sku, quantity=Quantity(units)) for product, units in sale.goods]
    reservation = Reservation.made(sale.attempt_id, goods)
    reservation.allocate(sale.order_id)
    reservation.take(sale.parcel_id, reservation.portions)
    return reservation


async def _on_hand(connection: AsyncConnection, skus: set[Sku]) -> Counter[Sku]:
    its = select(items.c.sku, items.c.units_on_hand).where(items.c.sku.in_(skus))
    rows = await connection.execute(its.order_by(items.c.sku).with_for_update())
    found = Counter({row.sku: row.units_on_hand for row in rows})
    await pour(connection, items, (vars(StockItem(sku, 0)) for sku in sorted(skus - set(found))))
    return found


def _moved(sales: Sequence[Sale], on_hand: Counter[Sku]) -> Iterator[dict[str, Any]]:
    first = sales[0]
    coming: Counter[Sku] = Counter()
    for sale in sales:
        coming.update({product.sku: units for product, units in sale.goods})
    for sku, units in coming.items():
        on_hand[sku] += units
        name = first.id_of(f"arrival of {sku} for")
        yield _movement(name, sku, units, on_hand[sku], CAME_IN, first.placed_at)
    for sale in sales:
        cause = by_parcel(sale.order_id, sale.parcel_id)
        for product, units in sale.goods:
            on_hand[product.sku] -= units
            name = sale.id_of(f"departure of {product.sku} with", sale.shipped_at)
            left = on_hand[product.sku]
            yield _movement(name, product.sku, -units, left, cause, sale.shipped_at)


def _movement(
    name: UUID, sku: Sku, units: int, left: int, cause: Cause, at: datetime
) -> dict[str, Any]:
    return {
        "movement_id": name,
        "sku": sku,
        "units": units,
        "units_on_hand": left,
        "reason": cause.reason,
        "note": cause.note,
        "reference": cause.reference,
        "key": cause.key,
        "order_id": cause.order_id,
        "actor": CLIENT,
        "moved_at": at,
    }
