"""The `SearchIndex` port on every engine: what is found, in which order, and by what."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.catalog.product import Product
from domain.catalog.search import Place, Search, SearchPage
from domain.catalog.words import words_of_query
from domain.contracts.catalog import ProductDetails
from domain.shared.values import Money, Sku
from infrastructure.catalog.products import SqlProducts
from infrastructure.catalog.showcase import Open
from infrastructure.shared.database.engines import transaction
from tests.catalog.builders import a_product, a_sku, a_variant
from tests.statements import counted

OTHER = "Rain and [snow]!"


@pytest.fixture
def begin(engine: AsyncEngine) -> Open:
    return partial(transaction, engine, SqlProducts)


async def put(begin: Open, *described: ProductDetails, is_archived: bool = False) -> None:
    async with begin() as products:
        known = await products.find([details.product_id for details in described])
        for details in described:
            if (product := known.get(details.product_id)) is None:
                known[details.product_id] = product = Product.described(details)
            product.describe(details)
            product.is_archived = is_archived
        await products.save(list(known.values()))


async def looked(begin: Open, query: str | None, **more: Any) -> SearchPage:
    words = None if query is None else words_of_query(query)
    asked = Search(words=words, currency="USD", **more)
    async with begin() as products:
        return await products.index.find(asked)


async def found(begin: Open, query: str | None, **more: Any) -> list[str]:
    return [place.product_id for place in (await looked(begin, query, **more)).places]


def called(product_id: str, title: str, **details: Any) -> ProductDetails:
    return a_product(product_id=product_id, title=title, **details)


async def test_what_has_the_words_in_its_title_comes_first_and_ties_by_id(begin: Open) -> None:
    told = called("a", "Vase", description="Holds a red rose.")
    listed = called("b", "Red ribbon", categories=("Rose & Garden",))
    titled = called("d", "Rose bush, deep red"), called("c", "Red rose bouquet")
    whole = called("e", "Red Rose")
    await put(begin, told, listed, *titled, whole, called("f", "Red tulip"))

    assert await found(begin, "red rose") == ["e", "c", "d", "b", "a"]


@pytest.mark.parametrize("query", ["XL", "thé", "THE verte", "ver", "xl the", "緑茶", "tea-9", "ß"])
async def test_short_words_accents_capitals_beginnings_and_other_scripts_are_found(
    begin: Open, query: str
) -> None:
    variant = a_variant(Sku("TEA-9"), title="XL")
    tea = called("tea", "Thé Verte", description="緑茶 aus Gießen, ß", variants=(variant,))
    await put(begin, tea, called("other", OTHER, variants=(a_variant(a_sku("RAIN")),)))

    assert await found(begin, query) == ["tea"]


@pytest.mark.parametrize(
    "query",
    ['"', "'; DROP TABLE catalog_search; --", "rose AND", "NEAR(rose, *)", "+-><()~*@", "rose:*",
     "🌹", "\0\x01", "the", "% _", "é" * 5000, "rose " * 2000, "nope*", "\\", "a" * 10_000],
)  # fmt: skip
async def test_odd_queries_are_no_mistake(begin: Open, query: str) -> None:
    await put(begin, called("rose", "Rose"), called("other", OTHER))

    assert set(await found(begin, query)) <= {"rose", "other"}


async def test_only_what_is_sold_and_fits_every_filter_is_found(begin: Open) -> None:
    cheap = called("cheap", "Rose", variants=(a_variant(prices=(Money(100, "USD"),)),))
    sizes = a_variant(prices=(Money(300, "USD"),)), a_variant(prices=(Money(900, "USD"),))
    sized = called("sized", "Rose", variants=sizes, categories=("cut", "red"))
    foreign = called("foreign", "Rose", variants=(a_variant(prices=(Money(300, "EUR"),)),))
    await put(begin, cheap, sized, foreign, called("potted", "Rose", categories=("pot",)))
    await put(begin, called("gone", "Rose"), is_archived=True)

    assert await found(begin, "rose") == ["cheap", "potted", "sized"]
    assert await found(begin, None) == ["cheap", "potted", "sized"]
    assert await found(begin, "rose", categories=("red", "pot", "no")) == ["potted", "sized"]
    assert await found(begin, None, price_from=200, price_to=1000) == ["sized"]
    assert await found(begin, "rose", price_from=301, price_to=899) == []
    assert await found(begin, None, categories=("red",), price_to=299) == []
    assert await found(begin, "") == []


@pytest.mark.parametrize("query", ["rose", None])
async def test_pages_follow_one_another_and_miss_nothing(begin: Open, query: str | None) -> None:
    titled = [called(f"t{n}", "A rose") for n in range(3)]
    told = [called(f"a{n}", "Vase", description="For a rose") for n in range(3)]
    await put(begin, *titled, *told)
    expected = await found(begin, query)

    seen: list[Place] = []
    has_more = True
    while has_more:
        page = await looked(begin, query, most=2, after=seen[-1] if seen else None)
        seen += page.places
        has_more = page.has_more

    assert [place.product_id for place in seen] == expected
    assert len(expected) == 6


async def test_what_is_described_anew_is_found_by_its_new_words_alone(begin: Open) -> None:
    rose = called("rose", "Rose", categories=("red",))
    await put(begin, rose, called("tulip", "Tulip"))

    await put(begin, replace(rose, title="Peony", categories=("pink",)))

    assert await found(begin, "rose") == []
    assert await found(begin, None, categories=("red",)) == []
    assert await found(begin, "peony", categories=("pink",)) == ["rose"]
    assert await found(begin, "tulip") == ["tulip"]


async def test_a_search_is_one_statement_and_indexing_adds_two(
    begin: Open, engine: AsyncEngine
) -> None:
    await put(begin, *(called(f"r{n}", "Rose") for n in range(20)))

    with counted(engine) as statements:
        await found(begin, "red rose", categories=("a", "b"), price_from=1)

    assert len(statements) == 1


async def test_what_was_not_committed_is_not_found(begin: Open, engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await SqlProducts(connection).save([Product.described(called("rose", "Rose"))])
        await connection.rollback()

    assert await found(begin, "rose") == []
    async with engine.connect() as connection:
        left = await connection.scalar(text("SELECT count(*) FROM catalog_search"))
    assert left == 0


@pytest.mark.parametrize(
    ("one", "many"), [("rose", "Roses"), ("lily", "lilies"), ("glass", "glass"), ("Iris", "iris")]
)
def test_one_is_looked_for_as_many_are(one: str, many: str) -> None:
    assert words_of_query(one) == words_of_query(many)


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("ceramic POTS", "Ceramic pot"),
        ("lilies cookies", "lily cookie"),
        ("dresses boxes watches", "dress box watch"),
        ("days ties", "day tie"),
    ],
)
def test_many_are_looked_for_like_one(many: str, one: str) -> None:
    assert words_of_query(many) == words_of_query(one)


def test_only_little_words_are_looked_for_where_there_are_no_others() -> None:
    assert words_of_query("the rose of the garden") == ("qqrose", "qqgarden")
    assert words_of_query("the of") == ("qqthe",)
    assert words_of_query(a_sku("🌹")[:1]) == ()
