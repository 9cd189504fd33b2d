"""The pricing context as all others see it: what a basket costs, and why.

All amounts of one quote are integers in the minor units of its one currency.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.shared.model import NotFound, Refusal, Stale, Unfit
from domain.shared.values import Quantity, Sku

MOST_SKUS = 500
"""That one promotion is for."""

# One rule at a time is known by its `rule_id`: a discount by its code in any case of its letters, a
# promotion by its `promotion_id`, a tax rate by its country, region and category: `DE`, `US-CA`,
# `DE.reduced`, `US-CA.reduced` (`standard` is not said; `.`, `/` and `~` within a region or a
# category are `~2E`, `~2F` and `~7E`). `version` is raised by each change.


@dataclass(frozen=True, kw_only=True)
class Discount:
    """A code that takes something off. `kind` is percentage (`value` of a hundred) or fixed_amount
    (`value` minor units of `currency`). Codes are the same in any case of their letters.

    One with a `claim` is automatic: nobody says its code. It is for whoever claims this of
    themselves (a name in reverse-domain form), or where that is empty for all. `proof` is what shows
    that a claim is true: `account`, or the id of the payment handler that is paid with.

    A code that `is_exclusive` takes effect alone or not at all, beside what is automatic; one that
    `needs_account` is for buyers who let themselves be known.

    `target` is what it is taken off: lines, order (all goods together) or shipping. A fixed amount
    off lines may be taken off each unit (`method` is each); all else is divided (across).
    """

    code: str
    kind: str
    value: int
    title: str
    currency: str = "USD"
    ends_at: datetime | None = None
    claim: str | None = None
    proof: str = ""
    is_exclusive: bool = False
    needs_account: bool = False
    target: str = "lines"
    method: str = "across"


@dataclass(frozen=True, kw_only=True)
class Promotion:
    """Free standard shipping, from a subtotal on or with one of these items in the basket."""

    promotion_id: str
    title: str
    currency: str = "USD"
    minimum_subtotal: int | None = None
    eligible_skus: tuple[Sku, ...] = ()
    service_level: str = "standard"


@dataclass(frozen=True, kw_only=True)
class TaxRate:
    """Tax on one category of goods in one country, or in one region of it (`region` empty: all).

    `basis_points` are hundredths of a percent: 1900 is 19 %. Included tax is part of the price.
    """

    country: str
    basis_points: int
    title: str
    region: str = ""
    category: str = "standard"
    is_included: bool = False


@dataclass(frozen=True, kw_only=True)
class PutRules:
    discounts: tuple[Discount, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    tax_rates: tuple[TaxRate, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RulesPut:
    rules: int


@dataclass(frozen=True, kw_only=True)
class KeptDiscount:
    rule_id: str
    rule: Discount
    version: int


@dataclass(frozen=True, kw_only=True)
class KeptPromotion:
    rule_id: str
    rule: Promotion
    version: int


@dataclass(frozen=True, kw_only=True)
class KeptTaxRate:
    rule_id: str
    rule: TaxRate
    version: int


@dataclass(frozen=True, kw_only=True)
class CreateDiscount:
    rule: Discount


@dataclass(frozen=True, kw_only=True)
class CreatePromotion:
    rule: Promotion


@dataclass(frozen=True, kw_only=True)
class CreateTaxRate:
    rule: TaxRate


@dataclass(frozen=True, kw_only=True)
class UpdateDiscount:
    """`version` is the one that was read; without it, whatever stands is changed."""

    rule_id: str
    rule: Discount
    version: int | None


@dataclass(frozen=True, kw_only=True)
class UpdatePromotion:
    rule_id: str
    rule: Promotion
    version: int | None


@dataclass(frozen=True, kw_only=True)
class UpdateTaxRate:
    rule_id: str
    rule: TaxRate
    version: int | None


@dataclass(frozen=True, kw_only=True)
class GetRule:
    rule_id: str


@dataclass(frozen=True, kw_only=True)
class DeleteRule:
    rule_id: str
    version: int | None


@dataclass(frozen=True, kw_only=True)
class RuleDeleted:
    rule_id: str


@dataclass(frozen=True, kw_only=True)
class ListRules:
    """The first rules behind `after` (a `rule_id`, or none: from the start), 100 at the most."""

    after: str | None = None
    most: int = 20


@dataclass(frozen=True, kw_only=True)
class DiscountPage:
    """`next` is where the next page begins; there is none on the last."""

    items: tuple[KeptDiscount, ...]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class PromotionPage:
    items: tuple[KeptPromotion, ...]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class TaxRatePage:
    items: tuple[KeptTaxRate, ...]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class BasketLine:
    """`country` and `region` are where it goes, if that is elsewhere than the rest."""

    line_id: str
    sku: Sku
    quantity: Quantity
    unit_price: int
    tax_category: str = "standard"
    country: str | None = None
    region: str | None = None


@dataclass(frozen=True, kw_only=True)
class ShippingChoice:
    """One way of delivering one group of lines. At most one of a group is selected."""

    group_id: str
    option_id: str
    service_level: str
    title: str
    price: int
    is_selected: bool = False


@dataclass(frozen=True, kw_only=True)
class RequestQuote:
    """`country` and `region` are where the goods go, if that is known: no tax without it.

    `claims` are what the buyer says to be; `is_known` is whether they let themselves be known.
    """

    currency: str
    lines: tuple[BasketLine, ...]
    codes: tuple[str, ...] = ()
    country: str | None = None
    region: str | None = None
    shipping: tuple[ShippingChoice, ...] = ()
    claims: tuple[str, ...] = ()
    is_known: bool = False


@dataclass(frozen=True, kw_only=True)
class QuotedLine:
    """`total` is `subtotal - discount`, plus `tax` unless that is included in the price."""

    line_id: str
    subtotal: int
    discount: int
    tax: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """How much of a discount falls on a line or, where there is a `group_id`, on its delivery."""

    line_id: str
    amount: int
    group_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class AppliedDiscount:
    """`amount` is positive, and what the allocations add up to. Lower priority comes first.

    What comes off the order as a whole has none. `claim`, `proof`, `target` and `method` are those
    of the rule.
    """

    code: str
    title: str
    amount: int
    priority: int
    allocations: tuple[Allocation, ...]
    claim: str | None = None
    proof: str = ""
    target: str = "lines"
    method: str = "across"


@dataclass(frozen=True, kw_only=True)
class RejectedCode:
    """`index` is the code's place in the request, `reason` is invalid, expired,
    already_applied, combination_disallowed or user_not_logged_in.
    """

    index: int
    code: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class QuotedTax:
    """Tax of one title. Included tax is part of the lines already and adds nothing."""

    title: str
    amount: int
    is_included: bool


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What it costs. `total` is `subtotal - discount - order_discount + shipping -
    shipping_discount` plus all tax that is not included. `discount` is what falls on lines.

    `shipping_choices` are those of the request in their order, as priced after promotions.
    """

    currency: str
    lines: tuple[QuotedLine, ...]
    applied: tuple[AppliedDiscount, ...]
    rejected: tuple[RejectedCode, ...]
    shipping_choices: tuple[ShippingChoice, ...]
    taxes: tuple[QuotedTax, ...]
    subtotal: int
    discount: int
    shipping: int
    total: int
    order_discount: int = 0
    shipping_discount: int = 0


@dataclass(eq=False)
class UnknownCursor(Unfit):
    """No page ended with this."""

    after: str


@dataclass(eq=False)
class UnfitRule(Unfit):
    rule: str
    because: str


@dataclass(eq=False)
class UnknownRule(NotFound):
    rule: str


@dataclass(eq=False)
class RuleExists(Refusal):
    """There is a rule of this name already."""

    rule: str


@dataclass(eq=False)
class RuleChanged(Stale):
    """It is at this version now."""

    rule: str
    version: int


@dataclass(eq=False)
class TooMuch(Unfit):
    """The basket comes to more than can be counted exactly."""

    line_id: str


class Pricing(Protocol):
    async def put_rules(self, message: PutRules, /) -> RulesPut:
        """Set these rules, all or none; setting the same again changes nothing.

        What changes is raised to its next version. At most 500 at a time. Refuses with `UnfitRule`.
        """
        ...

    async def quote(self, message: RequestQuote, /) -> Quote:
        """Price a basket by today's rules. Discounts stack, automatic ones first and then in the
        order of their codes, each on what the former left, rounded down and divided over lines by largest remainders; tax
        rounds per line, half up. Refuses with `TooMuch`.
        """
        ...

    async def create_discount(self, message: CreateDiscount, /) -> KeptDiscount:
        """Have a rule that there was not; one that was deleted begins anew, at a
        version that nobody is likely to know.

        Refuses with `UnfitRule` or `RuleExists`.
        """
        ...

    async def get_discount(self, message: GetRule, /) -> KeptDiscount:
        """Refuses with `UnknownRule`."""
        ...

    async def list_discounts(self, message: ListRules, /) -> DiscountPage:
        """In the order of their ids: what stands all the while is listed once.

        Refuses with `UnknownCursor`.
        """
        ...

    async def update_discount(self, message: UpdateDiscount, /) -> KeptDiscount:
        """Put this in the place of what stands, under the id that it has.

        Saying what stands already changes nothing and is no refusal, whatever the version. Refuses
        with `UnfitRule`, `UnknownRule` or `RuleChanged`.
        """
        ...

    async def delete_discount(self, message: DeleteRule, /) -> RuleDeleted:
        """What is deleted prices nothing any more. Refuses with `UnknownRule` or `RuleChanged`."""
        ...

    async def create_promotion(self, message: CreatePromotion, /) -> KeptPromotion:
        """As `create_discount`."""
        ...

    async def get_promotion(self, message: GetRule, /) -> KeptPromotion:
        """As `get_discount`."""
        ...

    async def list_promotions(self, message: ListRules, /) -> PromotionPage:
        """As `list_discounts`."""
        ...

    async def update_promotion(self, message: UpdatePromotion, /) -> KeptPromotion:
        """As `update_discount`."""
        ...

    async def delete_promotion(self, message: DeleteRule, /) -> RuleDeleted:
        """As `delete_discount`."""
        ...

    async def create_tax_rate(self, message: CreateTaxRate, /) -> KeptTaxRate:
        """As `create_discount`."""
        ...

    async def get_tax_rate(self, message: GetRule, /) -> KeptTaxRate:
        """As `get_discount`."""
        ...

    async def list_tax_rates(self, message: ListRules, /) -> TaxRatePage:
        """As `list_discounts`."""
        ...

    async def update_tax_rate(self, message: UpdateTaxRate, /) -> KeptTaxRate:
        """As `update_discount`."""
        ...

    async def delete_tax_rate(self, message: DeleteRule, /) -> RuleDeleted:
        """As `delete_discount`."""
        ...
