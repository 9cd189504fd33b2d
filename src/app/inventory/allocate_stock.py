from dataclasses import dataclass

from domain.contracts.ordering import OrderPlaced
from domain.inventory.ports import Shelves
from domain.inventory.reservation import OutOfStep


@dataclass(frozen=True)
class AllocateStock:
    """What was held for an attempt is promised to the order that came of it."""

    async def __call__(self, shelves: Shelves, placed: OrderPlaced, /) -> None:
        reservation = await shelves.find(placed.attempt_id)
        if not reservation:
            raise OutOfStep(f"nothing is held for attempt {placed.attempt_id}")
        to_allocate = reservation.allocate(placed.order_id)
        await shelves.save(reservation)
        await shelves.allocate(to_allocate)
