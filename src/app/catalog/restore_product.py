from dataclasses import dataclass

from domain.catalog.ports import Begin
from domain.contracts.catalog import KeptProduct, RestoreProduct


@dataclass(frozen=True)
class RestoreProductHandler:
    begin: Begin

    async def __call__(self, message: RestoreProduct, /) -> KeptProduct:
        async with self.begin() as kept:
            product = await kept.get(message.product_id)
            product.restore(message.version)
            await kept.save([product])
        return product.kept()
