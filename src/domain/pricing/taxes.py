"""Tax on what a line costs after discounts. Shipping is not taxed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.contracts.pricing import BasketLine, QuotedTax, RequestQuote, TaxRate
from domain.pricing.fitness import WHOLE_IN_BASIS_POINTS, known_as
from domain.pricing.shares import half_up


@dataclass(frozen=True, kw_only=True)
class LineTax:
    title: str
    amount: int
    is_included: bool


def tax_on(
    net: int, line: BasketLine, request: RequestQuote, rates: Sequence[TaxRate]
) -> LineTax | None:
    """Tax on one line, half up, at the rate of the region or else of the whole country.

    Where neither is known, or not where the goods go, there is none.
    """
    country, region = there(line, request)
    by_region = {
        rate.region: rate
        for rate in rates
        if rate.country == country and rate.category == line.tax_category
    }
    if not (rate := by_region.get(region) or by_region.get("")):
        return None
    whole = WHOLE_IN_BASIS_POINTS + (rate.basis_points if rate.is_included else 0)
    amount = half_up(net * rate.basis_points, whole)
    return LineTax(title=rate.title, amount=amount, is_included=rate.is_included)


def there(line: BasketLine, request: RequestQuote) -> tuple[str, str]:
    """The country and the region that a line goes to, if not known then empty."""
    of = line if line.country else request
    return known_as(of.country or ""), known_as(of.region or "")


def taxes_by_title(taxes: Iterable[LineTax | None]) -> tuple[QuotedTax, ...]:
    """Lines' taxes put together, in the order in which they are first met."""
    sums: dict[tuple[str, bool], int] = {}
    for tax in taxes:
        if tax:
            name = tax.title, tax.is_included
            sums[name] = sums.get(name, 0) + tax.amount
    return tuple(
        QuotedTax(title=title, amount=amount, is_included=is_included)
        for (title, is_included), amount in sums.items()
    )
