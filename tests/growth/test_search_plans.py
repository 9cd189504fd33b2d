"""A search reads what it finds, not what there is: on PostgreSQL, with plans for any parameters."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.catalog.search import Place, Search
from infrastructure.catalog.search_index import SqlSearchIndex
from tests.engines import only
from tests.growth.heard import heard
from tests.growth.plans import plan_of, walks

MANY = 20_000
FILL = """
INSERT INTO catalog_products (product_id, title, description, categories, media, version)
SELECT 'p' || lpad(i::text, 6, '0'), 'Rose', '', '[]', '[]', 1 FROM generate_series(1, {many}) i;
INSERT INTO catalog_search
SELECT product_id, ' qqrose ', ' ', ' qqrose qqn' || (right(product_id, 6)::int % 500) || ' '
FROM catalog_products;
INSERT INTO catalog_categories
SELECT 'c' || (right(product_id, 6)::int % 500), product_id FROM catalog_products;
INSERT INTO catalog_variants
(sku, product_id, number, title, item_title, options, needs_delivery, tax_category)
SELECT product_id, product_id, 0, '', '', '[]', true, '' FROM catalog_products;
INSERT INTO catalog_prices SELECT sku, 'USD', 0, 100 FROM catalog_variants
"""


@pytest.fixture
async def filled(engine: AsyncEngine) -> AsyncEngine:
    async with engine.begin() as connection:
        for statement in FILL.format(many=MANY).split(";"):
            await connection.exec_driver_sql(statement.replace("%", "%%"))
    async with engine.connect() as connection:
        alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await alone.execute(text("ANALYZE"))
    return engine


@only("postgresql")
@pytest.mark.parametrize(
    "search",
    [
        Search(words=("qqrose", "qqn7"), currency="USD"),
        Search(words=("qqn7",), currency="USD", price_to=500, after=Place(2, "p000900")),
        Search(words=None, currency="USD", categories=("c7", "c8")),
        Search(words=None, currency="USD", after=Place(3, "p000900")),
    ],
    ids=["words", "words and prices", "categories", "all"],
)
async def test_a_search_walks_through_no_table(filled: AsyncEngine, search: Search) -> None:
    async with filled.connect() as connection:
        await connection.execute(text("SET plan_cache_mode = force_generic_plan"))
        with heard() as said:
            page = await SqlSearchIndex(connection).find(search)

        walked = [w for one in said for w in walks(await connection.run_sync(plan_of, one))]

    assert (len(page.places), page.has_more) == (10, True)
    assert len(said) == 1
    assert walked == []
