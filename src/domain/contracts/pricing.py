"""The pricing context as all others see it: what a basket costs, and why.

All amounts of one quote are integers in the minor units of its one currency.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.shared.model import Refusal
from domain.shared.values import Quantity, Sku

MOST_SKUS = 500
"""That one promotion is for."""


@dataclass(frozen=True, kw_only=True)
class Discount:
    """A code that takes something off. `kind` is percentage (`value` of a hundred) or fixed_amount
    (`value` minor units of `currency`). Codes are the same in any case of their letters.
    """

    code: str
    kind: str
    value: int
    title: str
    currency: str = "USD"
    ends_at: datetime | None = None


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
class BasketLine:
    line_id: str
    sku: Sku
    quantity: Quantity
    unit_price: int
    tax_category: str = "standard"


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
    """`country` and `region` are where the goods go, if that is known: no tax without it."""

    currency: str
    lines: tuple[BasketLine, ...]
    codes: tuple[str, ...] = ()
    country: str | None = None
    region: str | None = None
    shipping: tuple[ShippingChoice, ...] = ()


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
    """How much of a discount falls on a line."""

    line_id: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class AppliedDiscount:
    """`amount` is positive, and what the allocations add up to. Lower priority comes first."""

    code: str
    title: str
    amount: int
    priority: int
    allocations: tuple[Allocation, ...]


@dataclass(frozen=True, kw_only=True)
class RejectedCode:
    """`index` is the code's place in the request, `reason` is invalid, expired or already_applied."""

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
    """What it costs. `total` is `subtotal - discount + shipping` plus all tax that is not included.

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


@dataclass(eq=False)
class UnfitRule(Refusal):
    rule: str
    because: str


@dataclass(eq=False)
class TooMuch(Refusal):
    """The basket comes to more than can be counted exactly."""

    line_id: str


class Pricing(Protocol):
    async def put_rules(self, message: PutRules, /) -> RulesPut:
        """Set these rules, all or none; setting the same again changes nothing.

        At most 500 at a time. Refuses with `UnfitRule`.
        """
        ...

    async def quote(self, message: RequestQuote, /) -> Quote:
        """Price a basket by today's rules. Discounts stack in the order of their codes, each on
        what the former left, rounded down and divided over lines by largest remainders; tax
        rounds per line, half up. Refuses with `TooMuch`.
        """
        ...
