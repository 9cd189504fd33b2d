from collections.abc import Sequence
from copy import copy
from typing import Any

from sqlalchemy import (
    ColumnElement,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.catalog.fitness import is_name
from domain.catalog.page import IdsPage, ProductsPage, fitting
from domain.catalog.ports import SearchIndex
from domain.catalog.product import Product
from domain.contracts.catalog import Item, UnknownProduct
from domain.shared.model import Conflict
from domain.shared.values import Sku
from infrastructure.catalog.product_rows import (
    item_of,
    price_rows,
    product_row,
    products_of,
    variant_rows,
)
from infrastructure.catalog.queries import how_many, sold, whole
from infrastructure.catalog.search_index import SqlSearchIndex
from infrastructure.catalog.tables import outbox, prices, products, variants
from infrastructure.shared.events.outbox import append_events_of_all


class SqlProducts:
    """The products in a transaction; it remembers what it loaded, so as to write what changed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.index: SearchIndex = SqlSearchIndex(connection)
        self._loaded: dict[str, Product] = {}
        self.saved: set[str] = set()
        """The ids of those that were changed here."""

    async def get(self, product_id: str) -> Product:
        found = await self.find([product_id] if is_name(product_id) else [])
        if not found:
            raise UnknownProduct(product_id)
        return found[product_id]

    async def find(self, product_ids: Sequence[str]) -> dict[str, Product]:
        found = await self._load(products.c.product_id.in_(product_ids)) if product_ids else []
        return {product.product_id: product for product in found}

    async def page(self, after: str | None, most: int, *, is_archived: bool) -> ProductsPage:
        page = await self.ids(after, most, is_archived=is_archived)
        taken = page.product_ids
        found = await self._load(products.c.product_id.in_(taken)) if taken else []
        return ProductsPage(tuple(found), page.next)

    async def ids(self, after: str | None, most: int, *, is_archived: bool) -> IdsPage:
        """The ids of the products on this page."""
        these = select(products.c.product_id, how_many).where(products.c.is_archived == is_archived)
        if after is not None:
            these = these.where(products.c.product_id > after)
        in_order = these.order_by(products.c.product_id).limit(most + 1)
        rows = [(row[0], row[1]) for row in await self._connection.execute(in_order)]
        taken = fitting(rows, most)
        return IdsPage(tuple(taken), taken[-1] if len(taken) < len(rows) else None)

    async def find_owners(self, skus: Sequence[Sku]) -> dict[Sku, str]:
        if not skus:
            return {}
        whose = select(variants.c.sku, variants.c.product_id).where(variants.c.sku.in_(skus))
        rows = await self._connection.execute(whose)
        return {row.sku: row.product_id for row in rows}

    async def find_items(self, skus: Sequence[Sku], currency: str) -> dict[Sku, Item]:
        if not skus:
            return {}
        wanted = {"skus": list(skus), "of_currency": currency}
        rows = (await self._connection.execute(sold, wanted)).mappings()
        return {row["sku"]: item_of(row) for row in rows}

    async def save(self, described: Sequence[Product]) -> None:
        changed = [p for p in described if p != self._loaded.get(p.product_id)]
        changed.sort(key=lambda product: product.product_id)  # one order for all: no deadlock
        if not changed:
            return
        anew = [product for product in changed if self._is_described_anew(product)]
        await self._update([product for product in changed if product.version])
        await self._clear([product for product in anew if product.version])
        try:
            await self._insert(products, [product_row(p) for p in changed if not p.version])
            await self._insert(variants, [row for p in anew for row in variant_rows(p)])
        except IntegrityError as taken:
            raise Conflict(*(product.product_id for product in changed)) from taken
        await self._insert(prices, [row for p in anew for row in price_rows(p)])
        by_id = {product.product_id: product for product in changed}
        await self.index.put(changed)
        await append_events_of_all(self._connection, outbox, by_id)
        self.saved |= by_id.keys()
        for product in changed:
            product.version += 1
            self._loaded[product.product_id] = copy(product)

    async def _load(self, which: ColumnElement[bool]) -> list[Product]:
        rows = (await self._connection.execute(whole.where(which))).mappings().all()
        found = products_of(rows)
        self._loaded.update({product.product_id: copy(product) for product in found})
        return found

    def _is_described_anew(self, product: Product) -> bool:
        known = self._loaded.get(product.product_id)
        return known is None or known.details != product.details

    async def _update(self, known: list[Product]) -> None:
        """Take up what is new of known products, if nobody has changed them meanwhile."""
        if not known:
            return
        unchanged = (
            products.c.product_id == bindparam("its_id"),
            products.c.version == bindparam("its_version"),
        )
        rows = [{"its_id": p.product_id, "its_version": p.version, **product_row(p)} for p in known]
        one = update(products).where(*unchanged)
        if (await self._connection.execute(one, rows)).rowcount != len(rows):
            raise Conflict(*(product.product_id for product in known))

    async def _clear(self, known: list[Product]) -> None:
        """Make room for the variants of known products."""
        if not known:
            return
        theirs = variants.c.product_id.in_([product.product_id for product in known])
        skus = select(variants.c.sku).where(theirs)
        await self._connection.execute(delete(prices).where(prices.c.sku.in_(skus)))
        await self._connection.execute(delete(variants).where(theirs))

    async def _insert(self, table: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            await self._connection.execute(insert(table), rows)
