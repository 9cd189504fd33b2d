from dataclasses import dataclass

from domain.contracts.ordering import GoodsNotReturned
from domain.inventory.movement import came_back, did_not_come_back
from domain.inventory.ports import Shelves
from domain.inventory.reservation import OutOfStep


@dataclass(frozen=True)
class TakeBackReturned:
    """What was put on the shelf by mistake is taken off it again, once it has been put there.

    Where it does not lie there any more it is not taken: somebody has to count.
    """

    async def __call__(self, shelves: Shelves, undone: GoodsNotReturned, /) -> None:
        for change in came_back(undone):
            if not await shelves.find_twin(change):
                raise OutOfStep(f"return {undone.return_id} has not been put on the shelf")
        for change in did_not_come_back(undone):
            await shelves.change(change)
