"""What a basket costs by given rules, at a given time: arithmetic alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.contracts.pricing import (
    BasketLine,
    Promotion,
    Quote,
    QuotedLine,
    RequestQuote,
    ShippingChoice,
    TooMuch,
)
from domain.pricing.discounts import take_off
from domain.pricing.remainder import Remainder
from domain.pricing.rules import Rules
from domain.pricing.taxes import LineTax, tax_on, taxes_by_title
from domain.shared.values import MOST_MINOR_UNITS


def quote(request: RequestQuote, rules: Rules, now: datetime) -> Quote:
    """Price a basket. Refuses with `TooMuch`.

    Tax is on what goods cost after all that comes off them, be it off lines or off the order.
    Shipping is not taxed, so that what comes off it changes no tax.
    """
    subtotals = _subtotals(request.lines)
    choices = _with_promotions(request, sum(subtotals), rules.promotions)
    basket = Remainder(request, subtotals, choices)
    taken = take_off(request, rules.discounts, basket, now)
    off = [before - left for before, left in zip(subtotals, basket.by_line(), strict=True)]
    line_taxes = [
        tax_on(net, line, request, rules.tax_rates)
        for net, line in zip(basket.taxable(), request.lines, strict=True)
    ]
    lines = tuple(
        _line(*one) for one in zip(request.lines, subtotals, off, line_taxes, strict=True)
    )
    shipping = sum(choice.price for choice in choices if choice.is_selected)
    total = sum(line.total for line in lines) - basket.off_order + shipping - basket.off_shipping
    _require_countable(total, request.lines)
    return Quote(
        currency=request.currency,
        lines=lines,
        applied=taken.applied,
        rejected=taken.rejected,
        shipping_choices=choices,
        taxes=taxes_by_title(line_taxes),
        subtotal=sum(subtotals),
        discount=sum(off),
        shipping=shipping,
        total=total,
        order_discount=basket.off_order,
        shipping_discount=basket.off_shipping,
    )


def _subtotals(lines: Sequence[BasketLine]) -> list[int]:
    subtotals = []
    left = MOST_MINOR_UNITS
    for line in lines:
        subtotals.append(line.unit_price * line.quantity.units)
        left -= subtotals[-1]
        if left < 0:
            raise TooMuch(line.line_id)
    return subtotals


def _require_countable(total: int, lines: Sequence[BasketLine]) -> None:
    """Tax and shipping may take it over the bound that the goods just kept."""
    if total > MOST_MINOR_UNITS:
        raise TooMuch(lines[-1].line_id if lines else "")


def _line(line: BasketLine, subtotal: int, discount: int, tax: LineTax | None) -> QuotedLine:
    total = subtotal - discount + (tax.amount if tax and not tax.is_included else 0)
    return QuotedLine(
        line_id=line.line_id,
        subtotal=subtotal,
        discount=discount,
        tax=tax.amount if tax else 0,
        total=total,
    )


def _with_promotions(
    request: RequestQuote, subtotal: int, promotions: Sequence[Promotion]
) -> tuple[ShippingChoice, ...]:
    """Each choice as priced after promotions, which look at the subtotal before discounts."""
    free = {one.service_level for one in promotions if _applies(one, request, subtotal)}
    return tuple(
        _free(choice) if choice.service_level in free else choice for choice in request.shipping
    )


def _applies(promotion: Promotion, request: RequestQuote, subtotal: int) -> bool:
    if promotion.currency != request.currency:
        return False
    minimum = promotion.minimum_subtotal
    is_enough = minimum is not None and subtotal >= minimum
    return is_enough or any(line.sku in promotion.eligible_skus for line in request.lines)


def _free(choice: ShippingChoice) -> ShippingChoice:
    says_so = "free" in choice.title.lower()
    return replace(choice, price=0, title=choice.title if says_so else f"{choice.title} (Free)")
