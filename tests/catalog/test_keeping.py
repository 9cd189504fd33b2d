"""The `Catalog` contract as those who look after products use it: near, through the wire, far."""

from asyncio import gather
from collections import Counter
from dataclasses import replace
from uuid import uuid4

import pytest

from domain.contracts.catalog import (
    ArchiveProduct,
    Catalog,
    CreateProduct,
    FindItems,
    FindProduct,
    GetProduct,
    KeptProduct,
    ListProducts,
    ProductChanged,
    ProductDetails,
    ProductExists,
    PutProducts,
    RestoreProduct,
    SkuTaken,
    UnfitProduct,
    UnknownCursor,
    UnknownProduct,
    UpdateProduct,
)
from tests.catalog.builders import a_full_product, a_product, a_variant
from tests.conftest import KeptHouse


@pytest.fixture
def catalog(house: KeptHouse) -> Catalog:
    return house.contract(Catalog)


async def created(catalog: Catalog, product: ProductDetails | None = None) -> KeptProduct:
    return await catalog.create_product(CreateProduct(product=product or a_full_product()))


async def kept(catalog: Catalog, product: KeptProduct) -> KeptProduct:
    return await catalog.find_product(FindProduct(product_id=product.details.product_id))


async def update(
    catalog: Catalog, product: KeptProduct, version: int | None, title: str = "Tea"
) -> KeptProduct:
    new = replace(product.details, title=title)
    return await catalog.update_product(UpdateProduct(product=new, version=version))


async def archive(catalog: Catalog, product: KeptProduct) -> KeptProduct:
    return await catalog.archive_product(ArchiveProduct(product_id=product.details.product_id))


async def is_sold(catalog: Catalog, product: KeptProduct) -> bool:
    sku = product.details.variants[0].sku
    return bool((await catalog.find_items(FindItems(skus=(sku,), currency="USD"))).items)


async def test_what_is_created_is_kept_whole_and_sold(catalog: Catalog) -> None:
    tea = a_full_product()

    product = await created(catalog, tea)

    assert product == KeptProduct(details=tea, version=1)
    assert await kept(catalog, product) == product
    assert await is_sold(catalog, product)


async def test_what_exists_is_not_created(catalog: Catalog) -> None:
    product = await created(catalog)
    same = a_product(product_id=product.details.product_id)
    thief = a_product(a_variant(product.details.variants[0].sku))

    with pytest.raises(ProductExists):
        await created(catalog, same)
    with pytest.raises(SkuTaken):
        await created(catalog, thief)
    with pytest.raises(UnfitProduct):
        await created(catalog, a_product(title=""))

    assert await kept(catalog, product) == product


async def test_of_many_who_create_one_product_one_does(catalog: Catalog) -> None:
    tea = a_full_product()

    said = await gather(*(created(catalog, tea) for _ in range(4)), return_exceptions=True)

    assert Counter(type(one).__name__ for one in said) == {"KeptProduct": 1, "ProductExists": 3}


async def test_an_edit_is_made_of_the_version_that_was_read(catalog: Catalog) -> None:
    product = await created(catalog)

    changed = await update(catalog, product, 1, title="Black tea")

    assert (changed.details.title, changed.version) == ("Black tea", 2)
    with pytest.raises(ProductChanged) as refused:
        await update(catalog, product, 1, title="White tea")
    assert refused.value.version == 2
    assert (await update(catalog, product, None, title="White tea")).version == 3


async def test_the_same_edit_again_changes_nothing_and_is_no_mistake(catalog: Catalog) -> None:
    product = await created(catalog)
    changed = await update(catalog, product, 1, title="Black tea")

    assert await update(catalog, product, 1, title="Black tea") == changed


async def test_of_editors_of_one_version_one_wins_and_the_others_are_told(
    catalog: Catalog,
) -> None:
    product = await created(catalog)
    edits = (update(catalog, product, 1, title=f"Tea {number}") for number in range(6))

    said = await gather(*edits, return_exceptions=True)

    assert Counter(type(one).__name__ for one in said) == {"KeptProduct": 1, "ProductChanged": 5}
    (winner,) = (one for one in said if isinstance(one, KeptProduct))
    assert await kept(catalog, product) == winner


async def test_what_there_is_not_is_not_edited(catalog: Catalog) -> None:
    unknown = KeptProduct(details=a_product(), version=1)

    with pytest.raises(UnknownProduct):
        await update(catalog, unknown, None)
    with pytest.raises(UnknownProduct):
        await archive(catalog, unknown)
    with pytest.raises(UnknownProduct):
        await kept(catalog, unknown)


async def test_what_is_archived_is_not_sold_but_kept_with_its_skus(catalog: Catalog) -> None:
    product = await created(catalog)

    archived = await archive(catalog, product)

    assert archived == replace(product, version=2, is_archived=True)
    assert await archive(catalog, product) == archived
    assert not await is_sold(catalog, product)
    assert await kept(catalog, product) == archived
    found = await catalog.get_product(GetProduct(product_id=product.details.product_id))
    assert found == product.details
    with pytest.raises(SkuTaken):
        await created(catalog, a_product(product.details.variants[0]))


async def test_what_is_restored_is_sold_again(catalog: Catalog) -> None:
    product = await created(catalog)
    await archive(catalog, product)
    again = RestoreProduct(product_id=product.details.product_id, version=2)

    for _ in range(2):
        restored = await catalog.restore_product(again)

        assert restored == replace(product, version=3)
    assert await is_sold(catalog, product)


async def test_who_read_an_older_version_neither_archives_nor_restores(catalog: Catalog) -> None:
    product = await created(catalog)
    product_id = product.details.product_id
    await update(catalog, product, 1, title="Black tea")

    with pytest.raises(ProductChanged):
        await catalog.archive_product(ArchiveProduct(product_id=product_id, version=1))
    await archive(catalog, product)
    with pytest.raises(ProductChanged):
        await catalog.restore_product(RestoreProduct(product_id=product_id, version=2))

    assert (await kept(catalog, product)).is_archived


async def test_what_is_edited_while_archived_stays_archived(catalog: Catalog) -> None:
    product = await created(catalog)
    await archive(catalog, product)

    changed = await update(catalog, product, 2, title="Black tea")

    assert (changed.version, changed.is_archived) == (3, True)
    assert not await is_sold(catalog, product)


async def test_what_is_put_anew_is_sold_again(catalog: Catalog) -> None:
    product = await created(catalog)
    await archive(catalog, product)

    await catalog.put_products(PutProducts(products=(product.details,)))

    assert await is_sold(catalog, product)
    assert await kept(catalog, product) == replace(product, version=3)


async def test_products_are_listed_page_by_page(catalog: Catalog) -> None:
    shelf = uuid4().hex  # which comes before what follows it
    ids = [f"{shelf}-{number}" for number in range(5)]
    for product_id in reversed(ids):
        await created(catalog, a_product(product_id=product_id))
    await catalog.archive_product(ArchiveProduct(product_id=ids[3]))

    first = await catalog.list_products(ListProducts(after=shelf, most=2))
    second = await catalog.list_products(ListProducts(after=first.next, most=2))
    archived = await catalog.list_products(ListProducts(after=shelf, most=1, is_archived=True))

    assert [one.details.product_id for one in first.items] == ids[:2]
    assert [one.details.product_id for one in second.items] == [ids[2], ids[4]]
    assert [one.details.product_id for one in archived.items] == [ids[3]]


async def test_the_last_page_says_so_and_no_page_is_too_long(catalog: Catalog) -> None:
    last = await created(catalog, a_product(product_id=f"~{uuid4().hex}"))
    page = ListProducts(after="}", most=1000)

    said = await catalog.list_products(page)

    assert said.next is None
    assert last in said.items
    with pytest.raises(UnknownCursor):
        await catalog.list_products(ListProducts(after="tea\0"))
