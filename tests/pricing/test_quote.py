"""What a basket costs: promotions, tax, and sums that add up whatever is in it."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis.strategies import (
    booleans,
    builds,
    integers,
    just,
    lists,
    none,
    one_of,
    sampled_from,
)

from domain.contracts.pricing import (
    BasketLine,
    Discount,
    Promotion,
    QuotedTax,
    RequestQuote,
    ShippingChoice,
    TaxRate,
    TooMuch,
)
from domain.pricing.quote import quote
from domain.pricing.rules import Rules
from domain.shared.values import MOST_MINOR_UNITS, Quantity, Sku
from tests.pricing.builders import (
    NOW,
    a_basket,
    a_choice,
    a_line,
    a_percentage,
    a_promotion,
    a_tax_rate,
)

HUNDRED_DOLLARS = a_promotion(minimum_subtotal=10_000)
WITH_ROSES = a_promotion(eligible_skus=(Sku("ROSES"),))
TULIPS = Sku("TULIPS")


def shipping(basket: RequestQuote, *promotions: Promotion) -> list[tuple[int, str]]:
    priced = quote(basket, Rules(promotions=promotions), NOW)
    return [(choice.price, choice.title) for choice in priced.shipping_choices]


FREE, DEAR = [(0, "Standard Shipping (Free)")], [(500, "Standard Shipping")]


@pytest.mark.parametrize(("price", "costs"), [(9_999, DEAR), (10_000, FREE)])
def test_shipping_is_free_from_a_subtotal_on(price: int, costs: list[tuple[int, str]]) -> None:
    basket = a_basket(a_line(price), shipping=(a_choice(500),))

    assert shipping(basket, HUNDRED_DOLLARS) == costs


@pytest.mark.parametrize(("sku", "costs"), [("ROSES", FREE), (TULIPS, DEAR)])
def test_shipping_is_free_with_some_items(sku: Sku, costs: list[tuple[int, str]]) -> None:
    basket = a_basket(a_line(1, sku=sku), shipping=(a_choice(500),))

    assert shipping(basket, WITH_ROSES, HUNDRED_DOLLARS) == costs


def test_discounts_do_not_take_free_shipping_away() -> None:
    rules = Rules(promotions=(HUNDRED_DOLLARS,), discounts=(a_percentage(50),))
    basket = a_basket(a_line(10_000), codes=("TEN",), shipping=(a_choice(500),))

    priced = quote(basket, rules, NOW)

    assert (priced.discount, priced.shipping, priced.total) == (5_000, 0, 5_000)


def test_other_ways_of_shipping_cost_what_they_cost() -> None:
    express = a_choice(1500, service_level="express", title="Express Shipping")
    basket = a_basket(shipping=(a_choice(500), express))

    assert shipping(basket, WITH_ROSES) == [*FREE, (1500, "Express Shipping")]


def test_a_promotion_counts_in_its_own_currency() -> None:
    basket = a_basket(shipping=(a_choice(500),))

    assert shipping(basket, replace(WITH_ROSES, currency="EUR")) == DEAR


def test_what_is_called_free_already_is_not_called_so_twice() -> None:
    basket = a_basket(shipping=(a_choice(0, title="Standard Shipping (Free)"),))

    assert shipping(basket, WITH_ROSES) == FREE


def test_only_what_is_selected_is_paid_for() -> None:
    chosen, other = a_choice(500, service_level="a"), a_choice(900, is_selected=False)

    priced = quote(a_basket(a_line(3500), shipping=(chosen, other)), Rules(), NOW)

    assert priced.shipping_choices == (chosen, other)
    assert (priced.shipping, priced.total) == (500, 4_000)


def test_tax_is_added_line_by_line_and_rounds_a_half_up() -> None:
    basket = a_basket(a_line(50), a_line(50), a_line(49), country="DE")

    priced = quote(basket, Rules(tax_rates=(a_tax_rate(100),)), NOW)

    assert [line.tax for line in priced.lines] == [1, 1, 0]
    assert [line.total for line in priced.lines] == [51, 51, 49]
    assert priced.taxes == (QuotedTax(title="VAT", amount=2, is_included=False),)
    assert priced.total == 151


def test_included_tax_is_part_of_the_price() -> None:
    basket = a_basket(a_line(11_900), country="DE")

    priced = quote(basket, Rules(tax_rates=(a_tax_rate(1900, is_included=True),)), NOW)

    assert (priced.lines[0].tax, priced.lines[0].total, priced.total) == (1_900, 11_900, 11_900)
    assert priced.taxes == (QuotedTax(title="VAT", amount=1_900, is_included=True),)


def test_what_a_discount_takes_off_is_not_taxed_and_neither_is_shipping() -> None:
    rules = Rules(tax_rates=(a_tax_rate(1000),), discounts=(a_percentage(50),))
    basket = a_basket(a_line(1_000), codes=("TEN",), country="DE", shipping=(a_choice(500),))

    priced = quote(basket, rules, NOW)

    assert (priced.taxes[0].amount, priced.total) == (50, 500 + 50 + 500)


RATES = (
    a_tax_rate(1900),
    a_tax_rate(700, category="food", title="Reduced VAT"),
    a_tax_rate(2500, region="BY", title="Bavarian VAT"),
)


@pytest.mark.parametrize(
    ("country", "region", "category", "tax"),
    [
        ("DE", None, "standard", 1900),
        ("de", "be", "standard", 1900),
        ("DE", "by", "standard", 2500),
        ("DE", "BY", "food", 700),
        ("DE", "BY", "books", 0),
        ("FR", "BY", "standard", 0),
        (None, "BY", "standard", 0),
    ],
)
def test_the_rate_is_that_of_the_region_or_else_of_the_country(
    country: str | None, region: str | None, category: str, tax: int
) -> None:
    line = a_line(10_000, tax_category=category)

    priced = quote(a_basket(line, country=country, region=region), Rules(tax_rates=RATES), NOW)

    assert (priced.lines[0].tax, priced.total) == (tax, 10_000 + tax)


def test_where_no_rate_is_known_no_tax_is_spoken_of() -> None:
    assert quote(a_basket(country="FR"), Rules(tax_rates=RATES), NOW).taxes == ()


def test_a_basket_that_cannot_be_counted_is_refused_and_names_the_line() -> None:
    most, more = a_line(MOST_MINOR_UNITS), a_line(1)
    assert quote(a_basket(most), Rules(), NOW).total == MOST_MINOR_UNITS

    with pytest.raises(TooMuch) as refused:
        quote(a_basket(most, more, a_line(1)), Rules(), NOW)

    assert refused.value.line_id == more.line_id


def test_tax_and_shipping_do_not_take_it_over_the_bound_either() -> None:
    basket = a_basket(a_line(MOST_MINOR_UNITS), country="DE", shipping=(a_choice(0),))
    quote(basket, Rules(), NOW)

    with pytest.raises(TooMuch):
        quote(basket, Rules(tax_rates=RATES), NOW)
    with pytest.raises(TooMuch):
        quote(replace(basket, shipping=(a_choice(1),)), Rules(), NOW)


patient = settings(deadline=None)  # other tests may keep the machine busy
CODES, CATEGORIES = ("TEN", "five", "TWENTY", "OLD", "EURO", "NONE"), ("standard", "food", "books")
discounts = lists(
    builds(
        Discount,
        code=sampled_from(("TEN", "FIVE", "TWENTY", "OLD", "EURO")),
        kind=sampled_from(("percentage", "fixed_amount")),
        value=integers(1, 100),
        title=just("Off"),
        currency=sampled_from(("USD", "USD", "EUR")),
        ends_at=one_of(none(), just(NOW), just(NOW + timedelta(days=1))),
        target=sampled_from(("lines", "lines", "order", "shipping")),
        method=sampled_from(("across", "each")),
    ),
    unique_by=lambda one: one.code,
    max_size=5,
).map(tuple)
promotions = lists(
    builds(
        Promotion,
        promotion_id=just("one"),
        title=just("Free"),
        minimum_subtotal=one_of(none(), integers(0, 10**6)),
        eligible_skus=sampled_from(((), (Sku("A"),), (Sku("A"), Sku("B")))),
    ),
    max_size=2,
).map(tuple)
tax_rates = lists(
    builds(
        TaxRate,
        country=just("DE"),
        region=sampled_from(("", "BY")),
        category=sampled_from(CATEGORIES),
        basis_points=integers(0, 10_000),
        title=sampled_from(("VAT", "Levy")),
        is_included=booleans(),
    ),
    unique_by=lambda one: (one.region, one.category),
    max_size=6,
).map(tuple)
lines = lists(
    builds(
        BasketLine,
        line_id=just(""),
        sku=sampled_from((Sku("A"), Sku("B"), Sku("C"))),
        quantity=builds(Quantity, integers(1, 1_000)),
        unit_price=integers(0, 300) | integers(0, 10**9),
        tax_category=sampled_from(CATEGORIES),
    ),
    max_size=6,
).map(lambda some: tuple(replace(line, line_id=f"line_{n}") for n, line in enumerate(some)))
choices = lists(
    builds(
        ShippingChoice,
        group_id=just("group_1"),
        option_id=just("option"),
        service_level=sampled_from(("standard", "express")),
        title=just("Shipping"),
        price=integers(0, 5_000),
        is_selected=booleans(),
    ),
    max_size=3,
).map(tuple)
baskets = builds(
    RequestQuote,
    currency=just("USD"),
    lines=lines,
    codes=lists(sampled_from(CODES), max_size=6).map(tuple),
    country=sampled_from((None, "DE", "FR")),
    region=sampled_from((None, "BY", "by", "BE")),
    shipping=choices,
)
rules = builds(Rules, discounts=discounts, promotions=promotions, tax_rates=tax_rates)


@pytest.mark.ucp("TOT-5", "TOT-8")
@patient
@given(baskets, rules)
def test_whatever_is_quoted_adds_up(basket: RequestQuote, rules: Rules) -> None:
    priced = quote(basket, rules, NOW)

    added = sum(tax.amount for tax in priced.taxes if not tax.is_included)
    assert priced.subtotal == sum(line.subtotal for line in priced.lines)
    assert priced.discount == sum(line.discount for line in priced.lines)
    beside = priced.order_discount + priced.shipping_discount
    assert priced.discount + beside == sum(one.amount for one in priced.applied)
    assert priced.total == priced.subtotal - priced.discount - beside + priced.shipping + added
    assert priced.total == sum(line.total for line in priced.lines) + priced.shipping - beside
    assert 0 <= priced.shipping_discount <= priced.shipping
    assert 0 <= priced.order_discount <= priced.subtotal - priced.discount
    assert sum(tax.amount for tax in priced.taxes) == sum(line.tax for line in priced.lines)
    assert priced.shipping == sum(c.price for c in priced.shipping_choices if c.is_selected)


@pytest.mark.ucp("DSC-14")
@patient
@given(baskets, rules)
def test_every_line_is_quoted_in_its_place_and_never_below_nothing(
    basket: RequestQuote, rules: Rules
) -> None:
    priced = quote(basket, rules, NOW)

    assert [line.line_id for line in priced.lines] == [line.line_id for line in basket.lines]
    for line in priced.lines:
        assert 0 <= line.discount <= line.subtotal
        assert line.tax >= 0
        net = line.subtotal - line.discount
        assert line.total in (net, net + line.tax)


@pytest.mark.ucp("DSC-5", "DSC-8", "TOT-7")
@patient
@given(baskets, rules)
def test_what_is_taken_off_is_all_of_it_where_it_is_for(basket: RequestQuote, rules: Rules) -> None:
    priced = quote(basket, rules, NOW)

    on_lines: Counter[str] = Counter()
    off: Counter[str] = Counter()
    for number, one in enumerate(priced.applied, 1):
        assert one.priority == number
        assert one.amount > 0
        off[one.target] += one.amount
        if one.target == "order":
            assert one.allocations == ()
            continue
        assert one.amount == sum(part.amount for part in one.allocations)
        assert all(part.amount > 0 for part in one.allocations)
        assert {part.group_id is None for part in one.allocations} == {one.target == "lines"}
        on_lines.update({part.line_id: part.amount for part in one.allocations if part.line_id})
    assert [on_lines[line.line_id] for line in priced.lines] == [
        line.discount for line in priced.lines
    ]
    assert (priced.discount, priced.order_discount) == (off["lines"], off["order"])
    assert priced.shipping_discount == off["shipping"]


@patient
@given(baskets, rules)
def test_every_code_is_applied_or_rejected_once_at_most_and_in_its_order(
    basket: RequestQuote, rules: Rules
) -> None:
    priced = quote(basket, rules, NOW)

    in_order = [code.upper() for code in basket.codes]
    applied = [one.code for one in priced.applied]
    assert applied == [code for code in dict.fromkeys(in_order) if code in applied]
    assert len(set(applied)) == len(applied)
    assert all(basket.codes[one.index] == one.code for one in priced.rejected)
    unknown = {code for code in in_order if code not in {one.code for one in rules.discounts}}
    refused = {one.code.upper() for one in priced.rejected if one.reason == "invalid"}
    assert unknown <= refused


@pytest.mark.ucp("CHK-2", "DSC-6")
@patient
@given(baskets, rules)
def test_equal_questions_get_equal_answers_in_whatever_order_the_rules_are_read(
    basket: RequestQuote, rules: Rules
) -> None:
    shuffled = Rules(
        discounts=rules.discounts[::-1],
        promotions=rules.promotions[::-1],
        tax_rates=rules.tax_rates[::-1],
    )

    assert quote(basket, shuffled, NOW) == quote(basket, rules, NOW)


@pytest.mark.ucp("TOT-5", "FUL-7")
def test_each_line_is_taxed_where_it_goes() -> None:
    here, there = a_line(10_000), a_line(10_000, country="AT", region="")
    rules = Rules(tax_rates=(a_tax_rate(1900), a_tax_rate(1000, country="AT", title="USt")))

    priced = quote(a_basket(here, there, country="DE"), rules, NOW)

    assert [line.tax for line in priced.lines] == [1900, 1000]
    assert [(tax.title, tax.amount) for tax in priced.taxes] == [("VAT", 1900), ("USt", 1000)]
