from dataclasses import dataclass

from domain.contracts.inventory import MOST_OF_A_PAGE, ListStock, StockPage, UnknownCursor
from domain.inventory.ports import Begin
from domain.shared.values import Sku, is_sku


@dataclass(frozen=True)
class ListStockHandler:
    begin: Begin

    async def __call__(self, message: ListStock, /) -> StockPage:
        after = None if message.after is None else Sku(message.after)
        if after is not None and not is_sku(after):
            raise UnknownCursor(after)
        most = max(1, min(message.most, MOST_OF_A_PAGE))
        async with self.begin() as shelves:
            found = await shelves.items_after(after, most + 1)
        items = tuple(item.details() for item in found[:most])
        return StockPage(items=items, next=items[-1].sku if len(found) > most else None)
