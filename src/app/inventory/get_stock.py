from dataclasses import dataclass

from domain.contracts.inventory import GetStock, Stock, UnknownSku
from domain.inventory.ports import Begin
from domain.shared.values import is_sku


@dataclass(frozen=True)
class GetStockHandler:
    begin: Begin

    async def __call__(self, message: GetStock, /) -> Stock:
        async with self.begin() as shelves:
            found = await shelves.items([message.sku]) if is_sku(message.sku) else []
        for item in found:
            return item.details()
        raise UnknownSku(message.sku)
