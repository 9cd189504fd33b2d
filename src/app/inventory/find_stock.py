from dataclasses import dataclass

from domain.contracts.inventory import FindStock, StockFound
from domain.inventory.ports import Begin
from domain.shared.values import is_sku


@dataclass(frozen=True)
class FindStockHandler:
    begin: Begin

    async def __call__(self, message: FindStock, /) -> StockFound:
        async with self.begin() as shelves:
            items = await shelves.items([sku for sku in message.skus if is_sku(sku)])
        return StockFound(items=tuple(item.details() for item in items))
