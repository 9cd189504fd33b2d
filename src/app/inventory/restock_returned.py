from dataclasses import dataclass

from domain.contracts.ordering import GoodsReturned
from domain.inventory.movement import came_back
from domain.inventory.ports import Shelves


@dataclass(frozen=True)
class RestockReturned:
    """What came back as good as new lies on the shelf again; what did not is written down."""

    async def __call__(self, shelves: Shelves, returned: GoodsReturned, /) -> None:
        for change in came_back(returned):
            await shelves.change(change)
