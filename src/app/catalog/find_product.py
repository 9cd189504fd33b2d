from dataclasses import dataclass

from domain.catalog.ports import Begin, Showcase
from domain.contracts.catalog import FindProduct, KeptProduct


@dataclass(frozen=True)
class FindProductHandler:
    begin: Begin
    showcase: Showcase

    async def __call__(self, message: FindProduct, /) -> KeptProduct:
        if message.may_be_stale:
            return await self.showcase.get(message.product_id)
        async with self.begin() as products:
            return (await products.get(message.product_id)).kept()
