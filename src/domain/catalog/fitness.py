"""What a product has to be described like to be sold."""

from collections.abc import Iterator
from unicodedata import category

from domain.contracts.catalog import Disclosure, Media, ProductDetails, UnfitProduct, Variant
from domain.shared.values import A_SKU, Sku, is_sayable, is_sku

NAME_LENGTH, TITLE_LENGTH, URL_LENGTH, DESCRIPTION_LENGTH = 64, 200, 1000, 5000
ITEM_TITLE_LENGTH = 400  # what an order line holds
MOST_PARTS = 20  # prices or options of a variant, media or categories of a product


def is_name(text: str) -> bool:
    """Whether a product could be called this."""
    return text == text.strip() and _is_fit(text, NAME_LENGTH) and is_sayable(text)


def require_fit(details: ProductDetails) -> None:
    """Refuses with `UnfitProduct`."""
    for complaint in _complaints(details):
        raise UnfitProduct(details.product_id, complaint)


def _complaints(details: ProductDetails) -> Iterator[str]:
    if not is_name(details.product_id):
        yield f"its id is blank, dots alone, or longer than {NAME_LENGTH}"
    if not _is_fit(details.title, TITLE_LENGTH):
        yield f"its title is blank or longer than {TITLE_LENGTH}"
    if details.description and not _is_fit(details.description, DESCRIPTION_LENGTH, lines=True):
        yield f"its description is blank or longer than {DESCRIPTION_LENGTH}"
    if not all(_is_fit(one, TITLE_LENGTH) for one in details.categories):
        yield f"a category is blank or longer than {TITLE_LENGTH}"
    if not all(map(_is_shown, details.media)):
        yield "a medium has no kind or no address, or one that is too long"
    if not all(map(_is_said, details.disclosures)):
        yield "a disclosure has no code or text, or a part that is blank or too long"
    if max(len(details.categories), len(details.media), len(details.disclosures)) > MOST_PARTS:
        yield f"it has more than {MOST_PARTS} media, categories or disclosures"
    if not details.variants:
        yield "it has no variant"
    seen: set[Sku] = set()
    for variant in details.variants:
        yield from _complaints_about(variant)
        if variant.sku in seen:
            yield f"SKU {variant.sku} is there twice"
        seen.add(variant.sku)
        if len(title_of(details, variant)) > ITEM_TITLE_LENGTH:
            yield f"the title of SKU {variant.sku} is too long for an order line"


def _complaints_about(variant: Variant) -> Iterator[str]:
    sku, currencies = variant.sku, [price.currency for price in variant.prices]
    if not is_sku(sku):
        yield f"nothing is called {sku}: {A_SKU}"
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


def title_of(details: ProductDetails, variant: Variant) -> str:
    """What a variant is called where nothing else is said of its product."""
    return f"{details.title} - {variant.title}" if len(details.variants) > 1 else details.title


def _is_shown(one: Media) -> bool:
    has_words = one.alt_text is None or _is_fit(one.alt_text, TITLE_LENGTH)
    return is_name(one.kind) and _is_fit(one.url, URL_LENGTH) and has_words


def _is_said(one: Disclosure) -> bool:
    has_addresses = all(u is None or _is_fit(u, URL_LENGTH) for u in (one.image_url, one.url))
    has_place = all(p is None or _is_fit(p, TITLE_LENGTH) for p in (one.country, one.region))
    is_known = one.content_type in ("plain", "markdown")
    is_told = is_name(one.code) and _is_fit(one.text, DESCRIPTION_LENGTH, lines=True)
    return has_addresses and has_place and is_known and is_told


def _is_fit(text: str, length: int, *, lines: bool = False) -> bool:
    """Not blank, not too long, and nothing in it that a database could not keep."""
    if not text.strip() or len(text) > length:
        return False
    allowed = "\n\r\t" if lines else ""
    return not any(category(c) in ("Cc", "Cs") and c not in allowed for c in text)
