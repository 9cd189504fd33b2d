"""What is sold: a product, and the variants of it that can be put in a basket."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import category

from domain.contracts.catalog import (
    Media,
    ProductDetails,
    SkuTaken,
    UnfitProduct,
    Variant,
)
from domain.shared.model import Aggregate
from domain.shared.values import Sku

MOST_PRODUCTS, MOST_VARIANTS = 500, 10_000
NAME_LENGTH, TITLE_LENGTH, URL_LENGTH, DESCRIPTION_LENGTH = 64, 200, 1000, 5000
ITEM_TITLE_LENGTH = 400  # what an order line holds
MOST_PARTS = 20  # prices or options of a variant, media or categories of a product


@dataclass
class Product(Aggregate):
    """What is described together. It has at least one variant, and each has at least one price."""

    details: ProductDetails

    @property
    def product_id(self) -> str:
        return self.details.product_id

    @property
    def skus(self) -> tuple[Sku, ...]:
        return tuple(variant.sku for variant in self.details.variants)

    @property
    def image_url(self) -> str | None:
        """The picture that stands for it: the first."""
        return next((one.url for one in self.details.media if one.kind == "image"), None)

    @classmethod
    def described(cls, details: ProductDetails) -> "Product":
        """A new product. Refuses with `UnfitProduct`."""
        _require_fit(details)
        return cls(details)

    def describe(self, details: ProductDetails) -> None:
        """Put this in place of the description. Refuses with `UnfitProduct`."""
        _require_fit(details)
        self.details = details

    def title_of(self, variant: Variant) -> str:
        """A title that suffices alone."""
        return _title(self.details, variant)


def require_few(details: Sequence[ProductDetails]) -> None:
    """No more at a time than one transaction should write, and none of them twice."""
    seen: set[str] = set()
    variants = 0
    for number, one in enumerate(details):
        variants += len(one.variants)
        if number == MOST_PRODUCTS or variants > MOST_VARIANTS:
            most = f"at most {MOST_PRODUCTS} products and {MOST_VARIANTS} variants at a time"
            raise UnfitProduct(one.product_id, most)
        if one.product_id in seen:
            raise UnfitProduct(one.product_id, "it is described twice")
        seen.add(one.product_id)


def require_own_skus(products: Sequence[Product], owners: Mapping[Sku, str]) -> None:
    """No SKU is sold as two products. `owners` says whose the SKUs are that are known already.

    One that its owner gives up at the same time is free. Refuses with `SkuTaken`.
    """
    described = {product.product_id for product in products}
    taken = {sku: owner for sku, owner in owners.items() if owner not in described}
    for product in products:
        for sku in product.skus:
            if (owner := taken.setdefault(sku, product.product_id)) != product.product_id:
                raise SkuTaken(sku, owner)


def is_name(text: str) -> bool:
    """Whether a SKU or a product could be called this."""
    return text == text.strip() and _is_fit(text, NAME_LENGTH)


def _require_fit(details: ProductDetails) -> None:
    for complaint in _complaints(details):
        raise UnfitProduct(details.product_id, complaint)


def _complaints(details: ProductDetails) -> Iterator[str]:
    if not is_name(details.product_id):
        yield f"its id is blank or longer than {NAME_LENGTH}"
    if not _is_fit(details.title, TITLE_LENGTH):
        yield f"its title is blank or longer than {TITLE_LENGTH}"
    if details.description and not _is_fit(details.description, DESCRIPTION_LENGTH, lines=True):
        yield f"its description is blank or longer than {DESCRIPTION_LENGTH}"
    if not all(_is_fit(one, TITLE_LENGTH) for one in details.categories):
        yield f"a category is blank or longer than {TITLE_LENGTH}"
    if not all(map(_is_shown, details.media)):
        yield "a medium has no kind or no address, or one that is too long"
    if max(len(details.categories), len(details.media)) > MOST_PARTS:
        yield f"it has more than {MOST_PARTS} media or categories"
    if not details.variants:
        yield "it has no variant"
    seen: set[Sku] = set()
    for variant in details.variants:
        yield from _complaints_about(variant)
        if variant.sku in seen:
            yield f"SKU {variant.sku} is there twice"
        seen.add(variant.sku)
        if len(_title(details, variant)) > ITEM_TITLE_LENGTH:
            yield f"the title of SKU {variant.sku} is too long for an order line"


def _complaints_about(variant: Variant) -> Iterator[str]:
    sku, currencies = variant.sku, [price.currency for price in variant.prices]
    if not is_name(sku):
        yield f"a SKU is blank or longer than {NAME_LENGTH}"
    if not _is_fit(variant.title, TITLE_LENGTH):
        yield f"the title of SKU {sku} is blank or longer than {TITLE_LENGTH}"
    if not is_name(variant.tax_category):
        yield f"the tax category of SKU {sku} is blank or longer than {NAME_LENGTH}"
    if not variant.prices:
        yield f"SKU {sku} has no price"
    if any(price.minor_units < 0 for price in variant.prices):
        yield f"SKU {sku} has a negative price"
    if len(set(currencies)) < len(currencies):
        yield f"SKU {sku} has two prices in one currency"
    if not all(is_name(one.name) and _is_fit(one.label, TITLE_LENGTH) for one in variant.options):
        yield f"an option of SKU {sku} is blank or too long"
    if max(len(variant.prices), len(variant.options)) > MOST_PARTS:
        yield f"SKU {sku} has more than {MOST_PARTS} prices or options"


def _title(details: ProductDetails, variant: Variant) -> str:
    return f"{details.title} - {variant.title}" if len(details.variants) > 1 else details.title


def _is_shown(one: Media) -> bool:
    has_words = one.alt_text is None or _is_fit(one.alt_text, TITLE_LENGTH)
    return is_name(one.kind) and _is_fit(one.url, URL_LENGTH) and has_words


def _is_fit(text: str, length: int, *, lines: bool = False) -> bool:
    """Not blank, not too long, and nothing in it that a database could not keep."""
    if not text.strip() or len(text) > length:
        return False
    allowed = "\n\r\t" if lines else ""
    return not any(category(c) in ("Cc", "Cs") and c not in allowed for c in text)
