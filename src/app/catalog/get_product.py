from dataclasses import dataclass

from domain.catalog.ports import Begin
from domain.contracts.catalog import GetProduct, ProductDetails


@dataclass(frozen=True)
class GetProductHandler:
    begin: Begin

    async def __call__(self, message: GetProduct, /) -> ProductDetails:
        async with self.begin() as products:
            return (await products.get(message.product_id)).details
