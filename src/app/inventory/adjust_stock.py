from dataclasses import dataclass

from domain.contracts.inventory import AdjustStock, Stock
from domain.inventory.movement import adjusted
from domain.inventory.ports import Begin
from domain.shared.model import Conflict


@dataclass(frozen=True)
class AdjustStockHandler:
    """The movement is written first, so that a twin of the call is turned away there; the shelf,
    which many want, comes last.
    """

    begin: Begin

    async def __call__(self, message: AdjustStock, /) -> Stock:
        change = adjusted(message)
        async with self.begin() as shelves:
            if not await shelves.change(change):
                known = await shelves.find_twin(change)
                if known is None:
                    raise Conflict(message.key)  # it was refused after all
                known.require_same(change)
            (item,) = await shelves.items([change.sku])
        return item.details()
