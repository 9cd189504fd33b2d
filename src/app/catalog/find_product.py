from dataclasses import dataclass

from domain.catalog.ports import Begin
from domain.contracts.catalog import FindProduct, KeptProduct


@dataclass(frozen=True)
class FindProductHandler:
    begin: Begin

    async def __call__(self, message: FindProduct, /) -> KeptProduct:
        async with self.begin() as products:
            return (await products.get(message.product_id)).kept()
