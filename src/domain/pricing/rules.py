"""What prices go by: discount codes, promotions and tax rates, each known by a key of its own."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, datetime
from unicodedata import category

from domain.contracts.pricing import MOST_SKUS, Discount, Promotion, PutRules, TaxRate, UnfitRule
from domain.shared.values import MOST_MINOR_UNITS, is_currency

MOST_RULES = 500
NAME_LENGTH, TITLE_LENGTH = 64, 200
WHOLE_IN_PERCENT, WHOLE_IN_BASIS_POINTS = 100, 10_000


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Rules that a basket is priced by. None of a kind, or no more than could matter to it."""

    discounts: tuple[Discount, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    tax_rates: tuple[TaxRate, ...] = ()


def known_as(text: str) -> str:
    """How codes and places are kept: the same whatever the case of their letters."""
    return text.strip().upper()


def is_name(text: str) -> bool:
    """Whether a rule, or what it is about, could be called this."""
    return text == text.strip() and _is_fit(text, NAME_LENGTH)


def has_ended(discount: Discount, now: datetime) -> bool:
    return discount.ends_at is not None and discount.ends_at <= now


def fit(message: PutRules) -> Rules:
    """These rules as they are kept. Refuses with `UnfitRule`, the first that it meets."""
    count = len(message.discounts) + len(message.promotions) + len(message.tax_rates)
    if count > MOST_RULES:
        raise UnfitRule(f"{count} rules", f"at most {MOST_RULES} at a time")
    discounts = tuple(replace(one, code=known_as(one.code)) for one in message.discounts)
    promotions = tuple(
        replace(one, eligible_skus=tuple(sorted(set(one.eligible_skus))))
        for one in message.promotions
    )
    tax_rates = tuple(
        replace(one, country=known_as(one.country), region=known_as(one.region))
        for one in message.tax_rates
    )
    _require((f"discount {one.code}", _about_discount(one)) for one in discounts)
    _require((f"promotion {one.promotion_id}", _about_promotion(one)) for one in promotions)
    _require((_tax_name(one), _about_tax_rate(one)) for one in tax_rates)
    return Rules(discounts=discounts, promotions=promotions, tax_rates=tax_rates)


def _tax_name(rate: TaxRate) -> str:
    return "tax rate " + "/".join(filter(None, (rate.country, rate.region, rate.category)))


def _require(complaints: Iterable[tuple[str, Iterator[str]]]) -> None:
    seen = set()
    for rule, its_complaints in complaints:
        for complaint in its_complaints:
            raise UnfitRule(rule, complaint)
        if rule in seen:
            raise UnfitRule(rule, "it is there twice")
        seen.add(rule)


def _about_discount(one: Discount) -> Iterator[str]:
    if not is_name(one.code):
        yield f"its code is blank, begins or ends with a space, or is longer than {NAME_LENGTH}"
    if one.kind not in ("percentage", "fixed_amount"):
        yield "it is neither a percentage nor a fixed_amount"
    most = WHOLE_IN_PERCENT if one.kind == "percentage" else MOST_MINOR_UNITS
    if not 1 <= one.value <= most:
        yield f"its value is not between 1 and {most}"
    if one.ends_at and not (one.ends_at.utcoffset() is not None and _is_in_reach(one.ends_at)):
        yield "when it ends is in no time zone, or out of reach"
    yield from _about_wording(one.title, one.currency)


def _about_promotion(one: Promotion) -> Iterator[str]:
    if not is_name(one.promotion_id):
        yield f"its id is blank, begins or ends with a space, or is longer than {NAME_LENGTH}"
    if not is_name(one.service_level):
        yield f"its service level is blank, begins or ends with a space, or is longer than {NAME_LENGTH}"
    if one.minimum_subtotal is None and not one.eligible_skus:
        yield "it has neither a minimum subtotal nor an item"
    if not 0 <= (one.minimum_subtotal or 0) <= MOST_MINOR_UNITS:
        yield f"its minimum subtotal is not between 0 and {MOST_MINOR_UNITS}"
    if len(one.eligible_skus) > MOST_SKUS:
        yield f"it has more than {MOST_SKUS} items"
    if not all(map(is_name, one.eligible_skus)):
        yield f"a SKU is blank, begins or ends with a space, or is longer than {NAME_LENGTH}"
    yield from _about_wording(one.title, one.currency)


def _about_tax_rate(one: TaxRate) -> Iterator[str]:
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


def _is_in_reach(at: datetime) -> bool:
    """Whether it can be said in UTC too: the first and the last year cannot in every zone."""
    return MINYEAR < at.year < MAXYEAR


def _is_fit(text: str, length: int) -> bool:
    """Not blank, not too long, and nothing in it that a database could not keep."""
    is_kept = not any(category(c) in ("Cc", "Cs") for c in text)
    return bool(text.strip()) and len(text) <= length and is_kept
