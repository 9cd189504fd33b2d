from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from domain.catalog.page import MOST_VARIANTS_OF_A_PAGE, fitting
from domain.catalog.product import Product
from infrastructure.catalog.products import SqlProducts
from infrastructure.shared.database.engines import transaction
from tests.catalog.builders import a_product, a_variant
from tests.statements import counted

HALF = MOST_VARIANTS_OF_A_PAGE // 2


def test_a_page_has_no_more_products_than_asked_for() -> None:
    assert fitting([("cup", 1), ("pot", 1), ("tea", 1)], 2) == ["cup", "pot"]
    assert fitting([], 2) == []


def test_a_page_ends_before_it_has_too_many_variants() -> None:
    assert fitting([("cup", HALF), ("pot", HALF), ("tea", 1)], 3) == ["cup", "pot"]


def test_what_alone_has_too_many_variants_has_a_page_of_its_own() -> None:
    assert fitting([("cup", HALF * 3), ("pot", 1)], 2) == ["cup"]


async def test_a_short_page_says_that_others_follow(engine: AsyncEngine) -> None:
    begin = partial(transaction, engine, SqlProducts)
    variants = [a_variant() for _ in range(HALF + 1)]
    large = Product.described(a_product(*variants, product_id="a"))
    small = [Product.described(a_product(product_id=name)) for name in "bc"]
    also_large = Product.described(a_product(*(a_variant() for _ in range(HALF)), product_id="d"))
    async with begin() as products:
        await products.save([large, *small, also_large])

    async with begin() as products:
        with counted(engine) as statements:
            first = await products.page(None, 10, is_archived=False)
        second = await products.page(first.next, 10, is_archived=False)

    assert [product.product_id for product in first.products] == ["a", "b", "c"]
    assert (first.next, len(statements)) == ("c", 2)
    assert (second.products, second.next) == ((also_large,), None)
