"""The `Products` port on a real database."""

from copy import deepcopy
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.catalog.ports import Begin
from domain.catalog.product import Product
from domain.contracts.catalog import Item, UnknownProduct
from domain.shared.model import Conflict
from domain.shared.values import Money, Sku
from infrastructure.catalog.products import SqlProducts
from infrastructure.shared.database.engines import transaction
from tests.catalog.builders import a_full_product, a_product, a_sku, a_variant
from tests.statements import counted


@pytest.fixture
def begin(engine: AsyncEngine) -> Begin:
    return partial(transaction, engine, SqlProducts)


async def given(begin: Begin, *products: Product) -> None:
    async with begin() as kept:
        await kept.save(products)


async def test_a_product_comes_back_whole(begin: Begin) -> None:
    tea = Product.described(a_full_product())
    other = Product.described(a_full_product())

    await given(begin, tea, other)

    async with begin() as products:
        assert await products.get(tea.product_id) == tea
        ids = [tea.product_id, other.product_id, "no such"]
        assert await products.find(ids) == {tea.product_id: tea, other.product_id: other}


@pytest.mark.parametrize("product_id", ["", "a\0b", "\ud800", "..", "x" * 65])
async def test_what_nothing_is_called_is_not_looked_for(
    begin: Begin, engine: AsyncEngine, product_id: str
) -> None:
    """PostgreSQL would not even be asked: it knows no such text."""
    await given(begin, Product.described(a_full_product()))

    async with begin() as products:
        with counted(engine) as statements, pytest.raises(UnknownProduct):
            await products.get(product_id)

    assert statements == []


async def test_what_is_described_anew_comes_back_as_it_is_now(begin: Begin) -> None:
    tea = Product.described(a_full_product())
    await given(begin, tea)
    gone, kept = tea.details.variants
    fewer = replace(tea.details, title="Tea", variants=(a_variant(), kept), media=())

    async with begin() as products:
        known = await products.get(tea.product_id)
        known.describe(fewer)
        await products.save([known])

    async with begin() as products:
        again = await products.get(tea.product_id)
        assert (again.details, again.version) == (fewer, 2)
        assert await products.find_owners([gone.sku, kept.sku]) == {kept.sku: tea.product_id}


async def test_a_sku_is_handed_from_one_product_to_another(begin: Begin) -> None:
    sku = a_sku()
    former, heir = Product.described(a_product(a_variant(sku))), Product.described(a_product())
    await given(begin, former, heir)

    async with begin() as products:
        known = await products.find([former.product_id, heir.product_id])
        known[former.product_id].describe(replace(former.details, variants=(a_variant(),)))
        known[heir.product_id].describe(replace(heir.details, variants=(a_variant(sku),)))
        await products.save(list(known.values()))

    async with begin() as products:
        assert await products.find_owners([sku]) == {sku: heir.product_id}


async def test_items_are_found_as_they_stand_on_an_order_line(begin: Begin) -> None:
    tea = Product.described(a_full_product())
    small, large = tea.details.variants
    await given(begin, tea)

    async with begin() as products:
        in_euro = await products.find_items([small.sku, large.sku, a_sku()], "EUR")

    assert in_euro == {
        small.sku: Item(
            sku=small.sku,
            product_id=tea.product_id,
            title="Green tea - 100 g - klein",
            unit_price=Money(1100, "EUR"),
            image_url="https://shop.example/tea.jpg",
            needs_delivery=False,
            tax_category="food",
            disclosures=tea.details.disclosures,
            ships_apart=True,
        )
    }


async def test_many_items_are_found_by_one_statement(begin: Begin, engine: AsyncEngine) -> None:
    many = [Product.described(a_full_product()) for _ in range(20)]
    await given(begin, *many)
    skus = [sku for product in many for sku in product.skus]

    async with begin() as products:
        with counted(engine) as statements:
            found = await products.find_items(skus, "USD")

    assert found.keys() == set(skus)
    assert len(statements) == 1


async def test_many_products_are_saved_by_few_statements(begin: Begin, engine: AsyncEngine) -> None:
    many = [Product.described(a_full_product()) for _ in range(20)]

    with counted(engine) as statements:
        await given(begin, *many)

    assert len(statements) == 6


async def test_saving_what_has_not_changed_writes_nothing(
    begin: Begin, engine: AsyncEngine
) -> None:
    tea = Product.described(a_full_product())
    await given(begin, tea)

    async with begin() as products:
        known = await products.get(tea.product_id)
        known.describe(deepcopy(tea.details))
        with counted(engine) as statements:
            await products.save([known])

    assert statements == []
    assert known.version == 1


async def test_archiving_writes_no_variant_and_what_is_archived_comes_back_so(
    begin: Begin, engine: AsyncEngine
) -> None:
    tea = Product.described(a_full_product())
    await given(begin, tea)

    async with begin() as products:
        known = await products.get(tea.product_id)
        known.archive()
        with counted(engine) as statements:
            await products.save([known])

    assert len(statements) == 4
    assert not any("catalog_variants" in one for one in statements)
    async with begin() as products:
        assert await products.get(tea.product_id) == known
        assert await products.find_items(tea.skus, "USD") == {}


async def test_the_second_of_two_writers_is_told(begin: Begin) -> None:
    tea = Product.described(a_full_product())
    await given(begin, tea)

    async with begin() as products:
        mine, theirs = [await products.get(tea.product_id) for _ in range(2)]
        theirs.describe(replace(tea.details, title="Theirs"))
        await products.save([theirs])

        mine.describe(replace(tea.details, title="Mine"))
        with pytest.raises(Conflict):
            await products.save([mine])


async def test_what_begins_twice_is_told(begin: Begin) -> None:
    tea = Product.described(a_product())
    await given(begin, tea)
    same_id = Product.described(a_product(product_id=tea.product_id))
    same_sku = Product.described(a_product(a_variant(tea.skus[0])))

    for twin in (same_id, same_sku):
        with pytest.raises(Conflict):
            await given(begin, twin)


async def test_a_failed_transaction_leaves_no_trace(begin: Begin) -> None:
    tea = Product.described(a_full_product())

    async def save_and_fail() -> None:
        async with begin() as products:
            await products.save([tea])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await save_and_fail()

    async with begin() as products:
        with pytest.raises(UnknownProduct):
            await products.get(tea.product_id)
        assert await products.find_owners(tea.skus) == {}


async def test_a_sku_is_equal_only_to_itself(begin: Begin) -> None:
    tea = Product.described(a_product())
    await given(begin, tea)
    other = Sku(tea.skus[0].lower())

    async with begin() as products:
        assert await products.find_items([other], "USD") == {}
