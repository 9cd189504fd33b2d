from dataclasses import dataclass

from domain.contracts.fulfillment import ParcelShipped
from domain.contracts.inventory import Line
from domain.inventory.movement import by_parcel
from domain.inventory.ports import Shelves
from domain.inventory.reservation import OutOfStep
from domain.inventory.stock import portions


@dataclass(frozen=True)
class TakeStock:
    """What a parcel took along is neither on the shelf any more nor promised."""

    async def __call__(self, shelves: Shelves, shipped: ParcelShipped, /) -> None:
        reservation = await shelves.find_ordered(shipped.order_id)
        if not reservation:
            raise OutOfStep(f"nothing is allocated to order {shipped.order_id}")
        lines = [Line(sku=line.sku, quantity=line.quantity) for line in shipped.parcel.lines]
        cause = by_parcel(shipped.order_id, shipped.parcel.parcel_id)
        to_take = reservation.take(shipped.parcel.parcel_id, portions(lines))
        await shelves.save(reservation)
        await shelves.take(to_take, cause)
