"""A catalog and an inventory in memory: what the binding needs of both."""

from dataclasses import dataclass, field
from typing import cast

from app.ucp.goods.browsing import Browsing
from app.ucp.goods.sources import Sources
from domain.catalog.search import Place, Search, cursor
from domain.contracts.catalog import (
    Catalog,
    FoundProducts,
    KeptProduct,
    LookUpProducts,
    ProductDetails,
    ProductsLookedUp,
    SearchProducts,
)
from domain.contracts.inventory import FindStock, Inventory, Stock, StockFound
from domain.shared.model import TryAgainLater
from domain.shared.values import Sku


@dataclass
class FakeGoods:
    """Finds what has the query in its title, by id."""

    products: dict[str, ProductDetails] = field(default_factory=dict)
    stock: dict[str, int] = field(default_factory=dict)
    asked: list[object] = field(default_factory=list)
    is_stock_away: bool = False

    def browsing(self) -> Browsing:
        return Browsing(Sources(cast(Catalog, self), cast(Inventory, self), "USD"))

    def put(self, product: ProductDetails, units: int = 1) -> None:
        self.products[product.product_id] = product
        self.stock.update({variant.sku: units for variant in product.variants})

    async def search_products(self, message: SearchProducts, /) -> FoundProducts:
        self.asked.append(message)
        wanted = Search.of(message)
        after = wanted.after.product_id if wanted.after else ""
        fit = [one for one in self._sold(message) if one.product_id > after]
        items = fit[: wanted.most]
        more = len(fit) > len(items)
        return FoundProducts(
            items=tuple(KeptProduct(details=one, version=1) for one in items),
            next=cursor(message, Place(0, items[-1].product_id)) if more else None,
        )

    async def look_up_products(self, message: LookUpProducts, /) -> ProductsLookedUp:
        names = set(message.names)
        found = (
            one
            for one in self.products.values()
            if names & {one.product_id, *(variant.sku for variant in one.variants)}
        )
        return ProductsLookedUp(items=tuple(KeptProduct(details=o, version=1) for o in found))

    async def find_stock(self, message: FindStock, /) -> StockFound:
        self.asked.append(message)
        if self.is_stock_away:
            raise TryAgainLater
        known = [sku for sku in message.skus if sku in self.stock]
        return StockFound(
            items=tuple(Stock(sku=Sku(sku), units_on_hand=self.stock[sku]) for sku in known)
        )

    def _sold(self, message: SearchProducts) -> list[ProductDetails]:
        least, most = message.price_from or 0, message.price_to
        return [
            one
            for _, one in sorted(self.products.items())
            if (message.query or "").casefold() in one.title.casefold()
            and (not message.categories or set(message.categories) & set(one.categories))
            and any(
                price.currency == message.currency
                and least <= price.minor_units <= (price.minor_units if most is None else most)
                for variant in one.variants
                for price in variant.prices
            )
        ]
