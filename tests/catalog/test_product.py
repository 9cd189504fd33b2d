from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from domain.catalog.product import Product, require_few, require_own_skus
from domain.contracts.catalog import (
    KeptProduct,
    Media,
    OptionChoice,
    ProductChanged,
    ProductDetails,
    SkuTaken,
    UnfitProduct,
)
from domain.shared.values import Money, Sku
from tests.catalog.builders import a_full_product, a_product, a_variant

TEA, CUP = Sku("TEA"), Sku("CUP")


def with_variant(**details: Any) -> Callable[[ProductDetails], ProductDetails]:
    return lambda product: replace(product, variants=(a_variant(TEA, **details),))


def but(**details: Any) -> Callable[[ProductDetails], ProductDetails]:
    return lambda product: replace(product, **details)


UNFIT = {
    "has no id": but(product_id=""),
    "has an id in spaces": but(product_id=" tea "),
    "has an id that is too long": but(product_id="x" * 65),
    "has a blank title": but(title=" "),
    "has a title that is too long": but(title="x" * 201),
    "has a title that no database keeps": but(title="te\x00a"),
    "has half a character": but(title="\ud800"),
    "has a description that is too long": but(description="x" * 5001),
    "has a blank category": but(categories=("",)),
    "has a medium without an address": but(media=(Media(url=""),)),
    "has a medium without a kind": but(media=(Media(url="https://shop.example", kind=""),)),
    "has too many media": but(media=(Media(url="https://shop.example"),) * 21),
    "has no variant": but(variants=()),
    "has one SKU twice": but(variants=(a_variant(TEA), a_variant(TEA))),
    "has a blank SKU": but(variants=(a_variant(Sku(" ")),)),
    "has a SKU that no shelf has": but(variants=(a_variant(Sku("TEA\u00a0100G")),)),
    "has a SKU that means a history": but(variants=(a_variant(Sku("TEA/history")),)),
    "has dots for a SKU": but(variants=(a_variant(Sku("..")),)),
    "has dots for an id": but(product_id="."),
    "has a SKU that is too long": but(variants=(a_variant(Sku("x" * 65)),)),
    "has a variant without a title": with_variant(title=""),
    "has a variant without a price": with_variant(prices=()),
    "has a negative price": with_variant(prices=(Money(-1, "USD"),)),
    "has two prices in a currency": with_variant(prices=(Money(1, "USD"), Money(2, "USD"))),
    "has too many prices": with_variant(
        prices=tuple(Money(1, f"AA{c}") for c in "ABCDEFGHIJKLMNOPQRSTU")
    ),
    "has a blank tax category": with_variant(tax_category=""),
    "has a blank option": with_variant(options=(OptionChoice(name="size", label=""),)),
    "has titles too long for an order line": but(
        title="x" * 200, variants=(a_variant(TEA, title="y" * 198), a_variant(CUP))
    ),
}


@pytest.mark.parametrize("unfit", UNFIT.values(), ids=UNFIT.keys())
def test_a_product_cannot_be_described_so_that_it(
    unfit: Callable[[ProductDetails], ProductDetails],
) -> None:
    product = Product.described(a_full_product())
    before = deepcopy(product)
    wrong = unfit(product.details)

    with pytest.raises(UnfitProduct) as refused:
        product.describe(wrong)

    assert refused.value.product_id == wrong.product_id
    assert product == before
    with pytest.raises(UnfitProduct):
        Product.described(wrong)


def test_what_is_no_sku_is_refused_by_all_that_a_sku_is() -> None:
    with pytest.raises(UnfitProduct, match=r"with no space at .* does not end in /history"):
        Product.described(replace(a_full_product(), variants=(a_variant(Sku("TEA/history")),)))


def test_a_new_description_takes_the_place_of_the_old() -> None:
    product = Product.described(a_full_product())
    plain = a_product(product_id=product.product_id)

    product.describe(plain)

    assert (product.details, product.version) == (plain, 0)


def test_a_revision_is_of_the_version_that_was_read() -> None:
    product = Product(a_full_product(), version=3)
    plain = a_product(product_id=product.product_id)

    with pytest.raises(ProductChanged) as refused:
        product.revise(plain, 2)
    product.revise(product.details, 2)  # nothing is revised, so nothing is lost
    product.revise(plain, 3)

    assert (refused.value.version, product.details) == (3, plain)


def test_what_is_archived_comes_back_when_restored() -> None:
    product = Product(a_full_product(), version=3)

    product.archive(3)
    assert product.kept() == KeptProduct(details=product.details, version=3, is_archived=True)

    with pytest.raises(ProductChanged):
        product.restore(2)
    product.archive(2)
    product.restore(3)
    product.restore(2)

    assert not product.is_archived


def test_a_sole_variant_goes_by_the_title_of_its_product() -> None:
    tea = a_variant(title="100 g")

    product = Product.described(a_product(tea, title="Green tea"))

    assert product.title_of(tea) == "Green tea"


def test_siblings_are_told_apart_by_their_own_titles() -> None:
    small, large = a_variant(title="100 g"), a_variant(title="1 kg")

    product = Product.described(a_product(small, large, title="Green tea"))

    assert product.title_of(small) == "Green tea - 100 g"
    assert product.title_of(large) == "Green tea - 1 kg"


def test_the_first_image_stands_for_the_product() -> None:
    video = Media(url="https://shop.example/tea.mp4", kind="video")
    images = tuple(Media(url=f"https://shop.example/{n}.jpg") for n in range(2))

    assert Product.described(a_product(media=(video, *images))).image_url == images[0].url
    assert Product.described(a_product(media=(video,))).image_url is None


def test_a_sku_belongs_to_one_product() -> None:
    described = Product.described(a_product(a_variant(TEA)))
    require_own_skus([described], {TEA: described.product_id})

    with pytest.raises(SkuTaken) as refused:
        require_own_skus([described], {TEA: "other"})

    assert (refused.value.sku, refused.value.product_id) == (TEA, "other")


def test_two_products_cannot_take_on_one_sku_together() -> None:
    first, second = (Product.described(a_product(a_variant(TEA))) for _ in range(2))
    require_own_skus([first], {})

    with pytest.raises(SkuTaken) as refused:
        require_own_skus([first, second], {})

    assert refused.value.product_id == first.product_id


def test_a_sku_can_be_handed_on() -> None:
    former = Product.described(a_product(a_variant(CUP)))
    heir = Product.described(a_product(a_variant(TEA)))

    require_own_skus([heir, former], {TEA: former.product_id, CUP: former.product_id})


def many(products: int, variants: int = 1) -> list[ProductDetails]:
    return [a_product(*(a_variant(TEA),) * variants) for _ in range(products)]


def test_no_more_is_described_at_a_time_than_one_transaction_should_write() -> None:
    require_few(many(500))
    require_few(many(2, variants=5000))

    for too_many in (many(501), many(2, variants=5001)):
        with pytest.raises(UnfitProduct, match="at most 500 products and 10000 variants"):
            require_few(too_many)


def test_no_product_is_described_twice_at_a_time() -> None:
    once = many(2)
    require_few(once)

    with pytest.raises(UnfitProduct, match="twice"):
        require_few([*once, once[0]])
