"""What may be kept of a rule, and in which form."""

import re
from collections.abc import Iterator
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from unicodedata import category

from domain.contracts.pricing import MOST_SKUS, Discount, Promotion, TaxRate
from domain.shared.values import A_SKU, MOST_MINOR_UNITS, is_currency, is_sayable, is_sku

CLAIM = re.compile(r"[a-z][a-z0-9]*(?:\.[a-z][a-z0-9_]*)+")  # UCP GEN-3
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
    yield from _about_claim(one)
    yield from _about_target(one)
    yield from _about_wording(one.title, one.currency)


def _about_claim(one: Discount) -> Iterator[str]:
    if one.claim and not (CLAIM.fullmatch(one.claim) and len(one.claim) <= TITLE_LENGTH):
        yield "its claim is no name in reverse-domain form, such as com.example.gold"
    if bool(one.claim) != bool(one.proof):
        yield "a claim needs a proof, and only a claim does"
    if one.proof and not is_name(one.proof):
        yield "its proof is neither account nor the id of a payment handler"
    if one.claim is not None and (one.is_exclusive or one.needs_account):
        yield "what is automatic is for all whom it is for, beside whatever else there is"


def _about_target(one: Discount) -> Iterator[str]:
    if one.target not in ("lines", "order", "shipping"):
        yield "it is taken off neither lines, nor the order, nor shipping"
    if one.method not in ("across", "each"):
        yield "it is taken neither across what it is for, nor off each"
    if one.method == "each" and (one.kind, one.target) != ("fixed_amount", "lines"):
        yield "only a fixed_amount off lines is taken off each"


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
