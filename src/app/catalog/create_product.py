from dataclasses import dataclass

from domain.catalog.ports import Begin
from domain.catalog.product import Product, require_few, require_own_skus
from domain.contracts.catalog import CreateProduct, KeptProduct, ProductExists


@dataclass(frozen=True)
class CreateProductHandler:
    begin: Begin

    async def __call__(self, message: CreateProduct, /) -> KeptProduct:
        require_few([message.product])
        product = Product.described(message.product)
        async with self.begin() as kept:
            if await kept.find([product.product_id]):
                raise ProductExists(product.product_id)
            require_own_skus([product], await kept.find_owners(product.skus))
            await kept.save([product])
        return product.kept()
