"""The three kinds of rules, and what tells a rule of one kind from another."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from domain.contracts.pricing import (
    Discount,
    DiscountPage,
    KeptDiscount,
    KeptPromotion,
    KeptTaxRate,
    Promotion,
    PromotionPage,
    TaxRate,
    TaxRatePage,
    UnfitRule,
    UnknownRule,
)
from domain.pricing.fitness import (
    about_discount,
    about_promotion,
    about_tax_rate,
    in_utc,
    is_name,
    known_as,
)
from domain.pricing.tax_rate_ids import read_tax_rate_id, tax_rate_id

Rule = TypeVar("Rule", bound=Discount | Promotion | TaxRate)
Kept = TypeVar("Kept", bound=KeptDiscount | KeptPromotion | KeptTaxRate)
Page = TypeVar("Page", bound=DiscountPage | PromotionPage | TaxRatePage)
Key = tuple[str, ...]
"""What a rule is known by among those of its kind, in parts."""


@dataclass(frozen=True, kw_only=True)
class Kind(Generic[Rule, Kept, Page]):
    """`rules`, `kept` and `listed` are how the contract says one, one with its version, and many.

    `key` takes a rule's key out of it; `rule_id` and `read` write and read it as one text.
    """

    name: str
    rules: type[Rule]
    kept: type[Kept]
    page: type[Page]
    key: Callable[[Rule], Key]
    rule_id: Callable[[Key], str]
    read: Callable[[str], Key]
    normal: Callable[[Rule], Rule]
    complaints: Callable[[Rule], Iterator[str]]

    def fit(self, rule: Rule) -> Rule:
        """This rule as it is kept. Refuses with `UnfitRule`."""
        normal = self.normal(rule)
        for complaint in self.complaints(normal):
            raise UnfitRule(self.name_of(self.key(normal)), complaint)
        return normal

    def find_key(self, rule_id: str) -> Key | None:
        """The key that this is, unless nothing could be kept under it."""
        key = self.read(rule_id)
        return key if key[0] and all(is_name(part) for part in key if part) else None

    def get_key(self, rule_id: str) -> Key:
        """Refuses with `UnknownRule`, if nothing could be kept under it."""
        if not (key := self.find_key(rule_id)):
            raise UnknownRule(f"{self.name} {rule_id}")
        return key

    def name_of(self, key: Key) -> str:
        """What refusals call it."""
        return f"{self.name} {self.rule_id(key)}"


DISCOUNTS = Kind(
    name="discount",
    rules=Discount,
    kept=KeptDiscount,
    page=DiscountPage,
    key=lambda one: (one.code,),
    rule_id="".join,
    read=lambda rule_id: (known_as(rule_id),),
    normal=lambda one: replace(one, code=known_as(one.code), ends_at=in_utc(one.ends_at)),
    complaints=about_discount,
)
PROMOTIONS = Kind(
    name="promotion",
    rules=Promotion,
    kept=KeptPromotion,
    page=PromotionPage,
    key=lambda one: (one.promotion_id,),
    rule_id="".join,
    read=lambda rule_id: (rule_id,),
    normal=lambda one: replace(one, eligible_skus=tuple(sorted(set(one.eligible_skus)))),
    complaints=about_promotion,
)
TAX_RATES = Kind(
    name="tax rate",
    rules=TaxRate,
    kept=KeptTaxRate,
    page=TaxRatePage,
    key=lambda one: (one.country, one.region, one.category),
    rule_id=lambda key: tax_rate_id(*key),
    read=read_tax_rate_id,
    normal=lambda one: replace(one, country=known_as(one.country), region=known_as(one.region)),
    complaints=about_tax_rate,
)
KindOf = Kind[Rule, Any, Any]
AnyKind = KindOf[Any]
