from dataclasses import dataclass

from domain.catalog.ports import Begin
from domain.catalog.product import Product, require_few, require_own_skus
from domain.contracts.catalog import ProductsPut, PutProducts


@dataclass(frozen=True)
class PutProductsHandler:
    begin: Begin

    async def __call__(self, message: PutProducts, /) -> ProductsPut:
        require_few(message.products)
        new = [Product.described(details) for details in message.products]
        async with self.begin() as kept:
            known = await kept.find([product.product_id for product in new])
            products = [known.get(product.product_id, product) for product in new]
            for product, details in zip(products, message.products, strict=True):
                product.describe(details)
                product.restore()
            skus = [sku for product in products for sku in product.skus]
            require_own_skus(products, await kept.find_owners(skus))
            await kept.save(products)
        return ProductsPut(products=len(products))
