from dataclasses import dataclass

from domain.contracts.inventory import SetStock, StockSet
from domain.inventory.movement import COUNTED
from domain.inventory.ports import Begin
from domain.inventory.stock import require_fit


@dataclass(frozen=True)
class SetStockHandler:
    begin: Begin

    async def __call__(self, message: SetStock, /) -> StockSet:
        require_fit(message)
        async with self.begin() as shelves:
            items = await shelves.count(message.counts, COUNTED)
        return StockSet(items=len(items))
