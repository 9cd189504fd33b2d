from dataclasses import dataclass

from domain.catalog.ports import Begin, Showcase
from domain.contracts.catalog import FindItems, Items
from domain.shared.values import is_sku


@dataclass(frozen=True)
class FindItemsHandler:
    begin: Begin
    showcase: Showcase

    async def __call__(self, message: FindItems, /) -> Items:
        skus = [sku for sku in dict.fromkeys(message.skus) if is_sku(sku)]
        if message.may_be_stale:
            found = await self.showcase.find_items(skus, message.currency)
        else:
            async with self.begin() as products:
                found = await products.find_items(skus, message.currency)
        return Items(items=tuple(found[sku] for sku in skus if sku in found))
