"""What discounts are taken off: each unit, the order as a whole, or its delivery."""

from dataclasses import replace

import pytest

from domain.contracts.pricing import Allocation, Discount, Quote, RequestQuote, UnfitRule
from domain.pricing.kinds import DISCOUNTS
from domain.pricing.quote import quote
from domain.pricing.rules import Rules
from tests.pricing.builders import (
    NOW,
    a_basket,
    a_choice,
    a_fixed_amount,
    a_line,
    a_percentage,
    a_promotion,
    a_tax_rate,
)

TEN_OFF_ORDER = a_fixed_amount(1000, "ORDER", target="order")
TWENTY = a_percentage(20, "TWENTY")
HALF_SHIPPING = a_percentage(50, "POST", target="shipping")
TWO_EACH = a_fixed_amount(200, "EACH", method="each")


def quoted(basket: RequestQuote, *discounts: Discount) -> Quote:
    return quote(basket, Rules(discounts=discounts), NOW)


def amounts(priced: Quote) -> list[tuple[str, int]]:
    return [(one.code, one.amount) for one in priced.applied]


@pytest.mark.ucp("DSC-6", "DSC-8")
@pytest.mark.parametrize(
    ("codes", "taken", "total"),
    [(("TWENTY", "ORDER"), [2000, 1000], 7000), (("ORDER", "TWENTY"), [1000, 1800], 7200)],
)
def test_what_comes_off_the_order_falls_on_no_line(
    codes: tuple[str, ...], taken: list[int], total: int
) -> None:
    priced = quoted(a_basket(a_line(10_000), codes=codes), TEN_OFF_ORDER, TWENTY)

    assert [one.amount for one in priced.applied] == taken
    assert [one.allocations for one in priced.applied if one.code == "ORDER"] == [()]
    assert (priced.order_discount, priced.discount) == (1000, sum(taken) - 1000)
    assert priced.total == total


@pytest.mark.ucp("DSC-8")
def test_what_comes_off_shipping_leaves_its_price_and_says_of_which_group() -> None:
    """A-24: the price stands in full, and what is taken off it beside."""
    here, there = a_choice(501, group_id="here"), a_choice(300, group_id="there")
    basket = a_basket(a_line(1000), codes=("POST",), shipping=(here, there))

    priced = quoted(basket, HALF_SHIPPING)

    assert priced.applied[0].allocations == (
        Allocation(line_id="", group_id="here", amount=250),
        Allocation(line_id="", group_id="there", amount=150),
    )
    assert (priced.shipping, priced.shipping_discount, priced.discount) == (801, 400, 0)
    assert priced.total == 1000 + 801 - 400


@pytest.mark.ucp("DSC-7", "DSC-14")
def test_an_amount_off_each_unit_is_never_more_than_the_unit_costs() -> None:
    cup, sticker = a_line(1500, units=3), a_line(50, units=2)

    priced = quoted(a_basket(cup, sticker, codes=("EACH",)), TWO_EACH)

    assert (priced.applied[0].method, priced.applied[0].allocations) == (
        "each",
        (
            Allocation(line_id=cup.line_id, amount=600),
            Allocation(line_id=sticker.line_id, amount=100),
        ),
    )


@pytest.mark.ucp("DSC-14")
def test_nothing_is_taken_off_twice() -> None:
    all_goods = a_fixed_amount(5000, "ORDER", target="order")
    promotion = a_promotion(minimum_subtotal=0)
    codes = ("ORDER", "EACH", "TWENTY", "POST")
    basket = a_basket(a_line(3500), codes=codes, shipping=(a_choice(500),))
    rules = Rules(discounts=(all_goods, TWO_EACH, TWENTY, HALF_SHIPPING), promotions=(promotion,))

    priced = quote(basket, rules, NOW)

    assert amounts(priced) == [("ORDER", 3500)]
    assert priced.total == 0


def test_what_comes_off_the_order_is_not_taxed_and_what_comes_off_shipping_changes_no_tax() -> None:
    lines = (a_line(6000), a_line(4000, tax_category="food"))
    rates = (a_tax_rate(1000), a_tax_rate(500, category="food", title="Reduced VAT"))
    rules = Rules(discounts=(TEN_OFF_ORDER, HALF_SHIPPING), tax_rates=rates)
    basket = a_basket(*lines, codes=("ORDER", "POST"), country="DE", shipping=(a_choice(500),))

    priced = quote(basket, rules, NOW)

    assert [line.tax for line in priced.lines] == [540, 180]
    assert priced.total == 9000 + 540 + 180 + 250


@pytest.mark.parametrize(
    "rule",
    [
        replace(TWENTY, method="each"),
        replace(HALF_SHIPPING, kind="fixed_amount", method="each"),
        replace(TWENTY, target="everything"),
        replace(TWENTY, method="evenly"),
    ],
)
def test_what_cannot_be_taken_off_is_no_rule(rule: Discount) -> None:
    with pytest.raises(UnfitRule):
        DISCOUNTS.fit(rule)
