"""What may be kept of a rule, and in which form."""

from collections.abc import Iterator
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from unicodedata import category

from domain.contracts.pricing import MOST_SKUS, Discount, Promotion, TaxRate
from domain.shared.values import A_SKU, MOST_MINOR_UNITS, is_currency, is_sayable, is_sku

NAME_LENGTH, TITLE_LENGTH = 64, 200
WHOLE_IN_PERCENT, WHOLE_IN_BASIS_POINTS = 100, 10_000


def known_as(text: str) -> str:
    """How codes and places are kept: the same whatever the case of their letters."""
    return text.strip().upper()


def is_name(text: str) -> bool:
    """Whether a rule, or what it is about, could be called this."""
    return text == text.strip() and _is_fit(text, NAME_LENGTH) and is_sayable(text)


def in_utc(at: datetime | None) -> datetime | None:
    """The same point in time, told in UTC, where that can be done."""
    return at.astimezone(UTC) if at and _is_somewhen(at) else at


def about_discount(one: Discount) -> Iterator[str]:
    if not is_name(one.code):
        yield f"its code is blank, dots alone, begins or ends with a space, or is longer than {NAME_LENGTH}"
    if one.kind not in ("percentage", "fixed_amount"):
        yield "it is neither a percentage nor a fixed_amount"
    most = WHOLE_IN_PERCENT if one.kind == "percentage" else MOST_MINOR_UNITS
    if not 1 <= one.value <= most:
        yield f"its value is not between 1 and {most}"
    if one.ends_at and not _is_somewhen(one.ends_at):
        yield "when it ends is in no time zone, or out of reach"
    yield from _about_wording(one.title, one.currency)


def about_promotion(one: Promotion) -> Iterator[str]:
    if not is_name(one.promotion_id):
        yield f"its id is blank, dots alone, begins or ends with a space, or is longer than {NAME_LENGTH}"
    if not is_name(one.service_level):
        yield f"its service level is blank, begins or ends with a space, or is longer than {NAME_LENGTH}"
    if one.minimum_subtotal is None and not one.eligible_skus:
        yield "it has neither a minimum subtotal nor an item"
    if not 0 <= (one.minimum_subtotal or 0) <= MOST_MINOR_UNITS:
        yield f"its minimum subtotal is not between 0 and {MOST_MINOR_UNITS}"
    if len(one.eligible_skus) > MOST_SKUS:
        yield f"it has more than {MOST_SKUS} items"
    if not all(map(is_sku, one.eligible_skus)):
        yield f"nothing is called one of its SKUs: {A_SKU}"
    yield from _about_wording(one.title, one.currency)


def about_tax_rate(one: TaxRate) -> Iterator[str]:
    if not (len(one.country) == 2 and one.country.isascii() and one.country.isalpha()):
        yield "its country is not two letters (ISO 3166-1)"
    if one.region and not is_name(one.region):
        yield f"its region is longer than {NAME_LENGTH}"
    if not is_name(one.category):
        yield f"its category is blank, begins or ends with a space, or is longer than {NAME_LENGTH}"
    if not 0 <= one.basis_points <= WHOLE_IN_BASIS_POINTS:
        yield f"its basis points are not between 0 and {WHOLE_IN_BASIS_POINTS}"
    yield from _about_wording(one.title)


def _about_wording(title: str, currency: str | None = None) -> Iterator[str]:
    if not _is_fit(title, TITLE_LENGTH):
        yield f"its title is blank or longer than {TITLE_LENGTH}"
    if currency is not None and not is_currency(currency):
        yield "its currency is not three capital letters (ISO 4217)"


def _is_somewhen(at: datetime) -> bool:
    """Whether it can be said in UTC too: the first and the last year cannot in every zone."""
    return at.utcoffset() is not None and MINYEAR < at.year < MAXYEAR


def _is_fit(text: str, length: int) -> bool:
    """Not blank, not too long, and nothing in it that a database could not keep."""
    is_kept = not any(category(c) in ("Cc", "Cs") for c in text)
    return bool(text.strip()) and len(text) <= length and is_kept
