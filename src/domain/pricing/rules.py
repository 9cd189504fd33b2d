"""What prices go by: discount codes, promotions and tax rates, each known by a key of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.contracts.pricing import Discount, Promotion, PutRules, TaxRate, UnfitRule
from domain.pricing.kinds import DISCOUNTS, PROMOTIONS, TAX_RATES, KindOf, Rule

MOST_RULES = 500


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Rules that a basket is priced by. None of a kind, or no more than could matter to it."""

    discounts: tuple[Discount, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    tax_rates: tuple[TaxRate, ...] = ()


def has_ended(discount: Discount, now: datetime) -> bool:
    return discount.ends_at is not None and discount.ends_at <= now


def fit(message: PutRules) -> Rules:
    """These rules as they are kept. Refuses with `UnfitRule`, the first that it meets."""
    count = len(message.discounts) + len(message.promotions) + len(message.tax_rates)
    if count > MOST_RULES:
        raise UnfitRule(f"{count} rules", f"at most {MOST_RULES} at a time")
    return Rules(
        discounts=_fit(DISCOUNTS, message.discounts),
        promotions=_fit(PROMOTIONS, message.promotions),
        tax_rates=_fit(TAX_RATES, message.tax_rates),
    )


def _fit(kind: KindOf[Rule], rules: Iterable[Rule]) -> tuple[Rule, ...]:
    by_name: dict[str, Rule] = {}
    for rule in map(kind.fit, rules):
        if (name := kind.name_of(kind.key(rule))) in by_name:
            raise UnfitRule(name, "it is there twice")
        by_name[name] = rule
    return tuple(by_name.values())
