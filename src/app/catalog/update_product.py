from dataclasses import dataclass

from domain.catalog.ports import Begin
from domain.catalog.product import require_few, require_own_skus
from domain.contracts.catalog import KeptProduct, UpdateProduct


@dataclass(frozen=True)
class UpdateProductHandler:
    begin: Begin

    async def __call__(self, message: UpdateProduct, /) -> KeptProduct:
        require_few([message.product])
        async with self.begin() as kept:
            product = await kept.get(message.product.product_id)
            product.revise(message.product, message.version)
            require_own_skus([product], await kept.find_owners(product.skus))
            await kept.save([product])
        return product.kept()
