"""The `Catalog` contract: one set of promises, kept near, through the wire, and far."""

from asyncio import gather
from dataclasses import replace

import pytest

from domain.contracts.catalog import (
    ArchiveProduct,
    Catalog,
    Disclosure,
    FindItems,
    GetProduct,
    LookUpProducts,
    ProductDetails,
    ProductsPut,
    PutProducts,
    SearchProducts,
    SkuTaken,
    UnfitProduct,
    UnknownCursor,
    UnknownProduct,
)
from domain.shared.values import Money, Sku
from tests.catalog.builders import a_full_product, a_product, a_sku, a_variant
from tests.conftest import KeptHouse


@pytest.fixture
def catalog(house: KeptHouse) -> Catalog:
    return house.contract(Catalog)


async def put(catalog: Catalog, *products: ProductDetails) -> ProductsPut:
    return await catalog.put_products(PutProducts(products=products))


async def kept(catalog: Catalog, product: ProductDetails) -> ProductDetails:
    return await catalog.get_product(GetProduct(product_id=product.product_id))


async def found(catalog: Catalog, *skus: Sku, currency: str = "USD") -> list[Sku]:
    items = (await catalog.find_items(FindItems(skus=skus, currency=currency))).items
    return [item.sku for item in items]


async def test_what_is_put_is_kept_whole(catalog: Catalog) -> None:
    first, second = a_full_product(), a_product()

    assert await put(catalog, first, second) == ProductsPut(products=2)

    assert await kept(catalog, first) == first
    assert await kept(catalog, second) == second


async def test_putting_again_changes_what_is_new_and_nothing_else(catalog: Catalog) -> None:
    tea, cup = a_full_product(), a_product()
    await put(catalog, tea, cup)
    dearer = replace(cup, variants=(replace(cup.variants[0], prices=(Money(1, "USD"),)),))

    for _ in range(2):
        await put(catalog, tea, dearer)

        assert await kept(catalog, tea) == tea
        assert await kept(catalog, cup) == dearer


async def test_what_is_no_longer_described_is_no_longer_sold(catalog: Catalog) -> None:
    small, large = a_variant(), a_variant()
    tea = a_product(small, large)
    await put(catalog, tea)

    await put(catalog, replace(tea, variants=(large,)))

    assert await found(catalog, small.sku, large.sku) == [large.sku]


async def test_items_come_in_the_order_asked_for_and_once(catalog: Catalog) -> None:
    tea, cup = a_variant(), a_variant()
    await put(catalog, a_product(tea), a_product(cup))

    assert await found(catalog, tea.sku, cup.sku, tea.sku) == [tea.sku, cup.sku]
    assert await found(catalog, cup.sku, tea.sku) == [cup.sku, tea.sku]


async def test_what_is_not_sold_is_left_out(catalog: Catalog) -> None:
    tea = a_variant(prices=(Money(100, "EUR"),))
    await put(catalog, a_product(tea))

    assert await found(catalog, tea.sku, currency="EUR") == [tea.sku]
    assert await found(catalog, tea.sku, currency="USD") == []
    assert await found(catalog, tea.sku, currency="nonsense") == []
    assert await found(catalog, a_sku(), Sku(""), Sku("x\x00y"), Sku("x" * 999)) == []
    assert await found(catalog) == []


async def test_an_unknown_product_is_refused(catalog: Catalog) -> None:
    with pytest.raises(UnknownProduct):
        await kept(catalog, a_product())


async def test_one_unfit_product_keeps_all_out(catalog: Catalog) -> None:
    tea = a_product()
    await put(catalog, tea)
    new, unfit = a_product(), a_product(title="")

    with pytest.raises(UnfitProduct) as refused:
        await put(catalog, replace(tea, title="Changed"), new, unfit)

    assert refused.value.product_id == unfit.product_id
    assert await kept(catalog, tea) == tea
    with pytest.raises(UnknownProduct):
        await kept(catalog, new)


async def test_a_sku_of_another_product_is_refused(catalog: Catalog) -> None:
    tea = a_product()
    await put(catalog, tea)
    thief = a_product(a_variant(tea.variants[0].sku))

    with pytest.raises(SkuTaken) as refused:
        await put(catalog, a_product(), thief)

    assert (refused.value.sku, refused.value.product_id) == (
        tea.variants[0].sku,
        tea.product_id,
    )


async def test_many_who_put_the_same_at_once_all_succeed(catalog: Catalog) -> None:
    tea = a_full_product()

    await gather(*(put(catalog, tea) for _ in range(4)))

    assert await kept(catalog, tea) == tea


async def test_what_is_put_is_searched_and_looked_up_at_once(catalog: Catalog) -> None:
    word = a_sku("ROSE").replace("-", "")
    tea, cup, gone = (a_product(title=f"{word} {n}") for n in range(3))
    await put(catalog, tea, cup, gone)
    await catalog.archive_product(ArchiveProduct(product_id=gone.product_id))
    wanted = SearchProducts(query=word[:12], currency="USD", most=1)
    sku = cup.variants[0].sku

    first = await catalog.search_products(wanted)
    second = await catalog.search_products(replace(wanted, after=first.next))
    names = (sku, tea.product_id, cup.product_id, gone.product_id, "no such", "\0", "")
    looked_up = await catalog.look_up_products(LookUpProducts(names=names))

    pages = [[one.details for one in page.items] for page in (first, second)]
    assert pages == [[one] for one in sorted((tea, cup), key=lambda one: one.product_id)]
    assert second.next is None
    assert [one.details for one in looked_up.items] == [cup, tea]
    with pytest.raises(UnknownCursor):
        await catalog.search_products(replace(wanted, currency="EUR", after=first.next))


async def test_what_is_too_large_to_be_copied_is_looked_up_too(catalog: Catalog) -> None:
    said = tuple(Disclosure(code=f"law{n}", text="x" * 5000) for n in range(20))
    large = a_product(disclosures=said)
    await put(catalog, large)

    names = (large.variants[0].sku, large.product_id)
    looked_up = await catalog.look_up_products(LookUpProducts(names=names))

    assert [one.details for one in looked_up.items] == [large]
