"""The search index in a transaction: what it keeps beside the products, and what it asks."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    Table,
    and_,
    case,
    delete,
    insert,
    literal_column,
    or_,
    select,
    union,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.catalog.product import Product
from domain.catalog.search import BEST, WORST, Place, Search, SearchPage
from infrastructure.catalog import fulltext
from infrastructure.catalog.product_rows import category_rows, search_rows
from infrastructure.catalog.tables import categories, prices, products, search, variants

WHOLE, IN_TITLE, IN_CATEGORIES = BEST, 1, 2


class SqlSearchIndex:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, described: Sequence[Product]) -> None:
        known = [product.product_id for product in described if product.version]
        for table in (categories, search) if known else ():
            await self._connection.execute(delete(table).where(table.c.product_id.in_(known)))
        sold = [product for product in described if not product.is_archived]
        await self._insert(search, search_rows(sold))
        await self._insert(categories, category_rows(sold))

    async def find(self, wanted: Search) -> SearchPage:
        if wanted.words == ():
            return SearchPage((), has_more=False)
        rows = (await self._connection.execute(_found(wanted))).all()
        places = tuple(Place(row.rank, row.product_id) for row in rows[: wanted.most])
        return SearchPage(places, has_more=len(rows) > wanted.most)

    async def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            await self._connection.execute(insert(table), rows)


def _found(wanted: Search) -> Select[Any]:
    """One statement, however much there is and whatever is asked of it."""
    if wanted.words:
        return _with_words(wanted, wanted.words)
    if not wanted.categories:
        return _in_order(wanted, products.c.product_id, ~products.c.is_archived)
    pages = [_page_of(wanted, category) for category in wanted.categories]
    every = union(*(select(page.c.product_id, page.c.rank) for page in pages)).subquery()
    return select(every).order_by(every.c.product_id).limit(wanted.most + 1)


def _page_of(wanted: Search, category: str) -> Subquery:
    """Along the index of the category: a page of each is enough for a page of all."""
    is_listed = categories.c.category == category
    return _in_order(wanted, categories.c.product_id, is_listed).subquery()


def _in_order(wanted: Search, product_id: Any, which: ColumnElement[bool]) -> Select[Any]:
    found = select(product_id, _literal(WORST).label("rank")).where(which)
    found = found.where(_is_sold(wanted, product_id))
    if wanted.after:
        found = found.where(product_id > wanted.after.product_id)
    return found.order_by(product_id).limit(wanted.most + 1)


def _with_words(wanted: Search, words: tuple[str, ...]) -> Select[Any]:
    """Only what is sold is in the index at all."""
    rank, product_id = _rank(words), search.c.product_id
    found = select(product_id, rank.label("rank")).where(fulltext.Holds(search, words))
    if wanted.categories:
        listed = categories.c.category.in_(wanted.categories)
        found = found.where(product_id.in_(select(categories.c.product_id).where(listed)))
    found = found.where(_is_sold(wanted, product_id))
    if after := wanted.after:
        later = and_(rank == after.rank, product_id > after.product_id)
        found = found.where(or_(rank > after.rank, later))
    return found.order_by(rank, product_id).limit(wanted.most + 1)


def _is_sold(wanted: Search, product_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a variant has a price in this currency, between these two."""
    its = variants.join(prices, prices.c.sku == variants.c.sku)
    priced: Select[Any] = (
        select(literal_column("1"))
        .select_from(its)
        .where(variants.c.product_id == product_id, prices.c.currency == wanted.currency)
    )
    if wanted.price_from is not None:
        priced = priced.where(prices.c.minor_units >= wanted.price_from)
    if wanted.price_to is not None:
        priced = priced.where(prices.c.minor_units <= wanted.price_to)
    return priced.correlate(search, categories, products).exists()


def _rank(words: tuple[str, ...]) -> ColumnElement[int]:
    """Equal on every engine, and the same tomorrow: the cursor of a page names it."""
    title, listed = search.c.title, search.c.categories
    patterns = [*(f"% {word} %" for word in words[:-1]), f"% {words[-1]}%"]
    return case(
        (title == f" {' '.join(words)} ", _literal(WHOLE)),
        (and_(*(title.like(one) for one in patterns)), _literal(IN_TITLE)),
        (
            and_(*(or_(title.like(one), listed.like(one)) for one in patterns)),
            _literal(IN_CATEGORIES),
        ),
        else_=_literal(WORST),
    )


def _literal(number: int) -> ColumnElement[int]:
    return literal_column(str(number))
