from dataclasses import dataclass

from domain.contracts.ordering import OrderCancelled
from domain.inventory.ports import Shelves
from domain.inventory.reservation import OutOfStep


@dataclass(frozen=True)
class ReturnStock:
    """What was allocated to a cancelled order and has not left is free again."""

    async def __call__(self, shelves: Shelves, cancelled: OrderCancelled, /) -> None:
        reservation = await shelves.find_ordered(cancelled.order_id)
        if not reservation:
            raise OutOfStep(f"nothing is allocated to order {cancelled.order_id}")
        to_give_back = reservation.give_back()
        await shelves.save(reservation)
        await shelves.give_back(to_give_back)
