"""What the catalog model needs from the world."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from domain.catalog.page import ProductsPage
from domain.catalog.product import Product
from domain.catalog.search import Place, Search, SearchPage
from domain.contracts.catalog import Item, KeptProduct, ProductPage
from domain.shared.values import Sku


class Products(Protocol):
    """All products, as if they were in memory."""

    async def get(self, product_id: str) -> Product:
        """Refuses with `UnknownProduct`."""
        ...

    async def find(self, product_ids: Sequence[str]) -> dict[str, Product]:
        """Those of these products that there are, by their ids."""
        ...

    async def page(self, after: str | None, most: int, *, is_archived: bool) -> ProductsPage:
        """What follows this id, in the order of ids: at most so many, and as many as `fitting`."""
        ...

    async def find_owners(self, skus: Sequence[Sku]) -> dict[Sku, str]:
        """The ids of the products that these SKUs are variants of."""
        ...

    async def find_items(self, skus: Sequence[Sku], currency: str) -> dict[Sku, Item]:
        """Those of these SKUs that are sold in this currency, as they stand on an order line."""
        ...

    async def save(self, products: Sequence[Product]) -> None:
        """Store what changed, all together. Raises `Conflict` if one is stale or a SKU is taken.

        What has not changed is not stored, and keeps its version.
        """
        ...


class SearchIndex(Protocol):
    """Which products hold which words, under which categories: as they stand in this transaction."""

    async def put(self, products: Sequence[Product]) -> None:
        """Index these anew, with them in one transaction; what is archived is in it no more."""
        ...

    async def find(self, search: Search) -> SearchPage:
        """What is sold and fits, the best first; what is equally good by its id."""
        ...


class Showcase(Protocol):
    """Products as they were a moment ago: for those who look, not for those who buy."""

    async def get(self, product_id: str) -> KeptProduct:
        """Refuses with `UnknownProduct`."""
        ...

    async def find_items(self, skus: Sequence[Sku], currency: str) -> dict[Sku, Item]:
        """As `Products.find_items`."""
        ...

    async def page(self, after: str | None, most: int, *, is_archived: bool) -> ProductPage:
        """As `Products.page`."""
        ...

    async def search(self, search: Search) -> tuple[tuple[KeptProduct, ...], Place | None]:
        """What `SearchIndex.find` finds, and its last place where others follow."""
        ...

    async def look_up(self, names: Sequence[str]) -> tuple[KeptProduct, ...]:
        """The products that these are ids of, or SKUs of variants of: each once."""
        ...


Begin = Callable[[], AbstractAsyncContextManager[Products]]
"""Open a transaction: it commits when the block ends, and rolls back when it raises."""
