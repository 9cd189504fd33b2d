"""The `PriceRules` port on a real database."""

from dataclasses import replace
from datetime import timedelta, timezone
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.contracts.pricing import Discount, Promotion, RequestQuote, TaxRate
from domain.pricing.ports import Begin
from domain.pricing.rules import Rules
from domain.shared.values import MOST_MINOR_UNITS, Sku
from infrastructure.pricing.price_rules import SqlPriceRules
from infrastructure.shared.database.engines import transaction
from tests.pricing.builders import (
    NOW,
    a_basket,
    a_choice,
    a_code,
    a_fixed_amount,
    a_line,
    a_percentage,
    a_promotion,
    a_tax_rate,
)
from tests.statements import counted

CUP, TEA = Sku("CUP"), Sku("TEA")
BOTH = a_promotion(
    title="Gratis für alle",
    minimum_subtotal=MOST_MINOR_UNITS,
    eligible_skus=(CUP, TEA),
    service_level="express",
)
FULL = Rules(
    discounts=(
        a_percentage(10, "TEN", ends_at=NOW.astimezone(timezone(timedelta(hours=2)))),
        a_fixed_amount(MOST_MINOR_UNITS, "ALL", currency="EUR", method="each"),
        a_percentage(5, "WHOLE", target="order"),
    ),
    promotions=(BOTH, a_promotion(minimum_subtotal=0), a_promotion(eligible_skus=(TEA,))),
    tax_rates=(
        a_tax_rate(1900, is_included=True),
        a_tax_rate(700, category="food", title="Reduced VAT", region="BY"),
    ),
)


def everything() -> RequestQuote:
    """A basket to which all of `FULL` could matter."""
    return a_basket(
        a_line(sku=TEA),
        a_line(sku=CUP, tax_category="food"),
        codes=("ten", "All", "whole"),
        country="de",
        region="by",
        shipping=(a_choice(), a_choice(service_level="express")),
    )


@pytest.fixture
def begin(engine: AsyncEngine) -> Begin:
    return partial(transaction, engine, SqlPriceRules)


async def given(begin: Begin, *rules: Discount | Promotion | TaxRate) -> None:
    await put(
        begin,
        Rules(
            discounts=tuple(rule for rule in rules if isinstance(rule, Discount)),
            promotions=tuple(rule for rule in rules if isinstance(rule, Promotion)),
            tax_rates=tuple(rule for rule in rules if isinstance(rule, TaxRate)),
        ),
    )


async def put(begin: Begin, rules: Rules) -> None:
    async with begin() as kept:
        await kept.put(rules)


async def about(begin: Begin, basket: RequestQuote) -> Rules:
    async with begin() as kept:
        return await kept.about(basket)


def in_any_order(rules: Rules) -> tuple[set[Discount], set[Promotion], set[TaxRate]]:
    return set(rules.discounts), set(rules.promotions), set(rules.tax_rates)


async def test_rules_come_back_whole(begin: Begin) -> None:
    await put(begin, FULL)

    assert in_any_order(await about(begin, everything())) == in_any_order(FULL)


@pytest.mark.parametrize(
    "basket",
    [
        everything(),
        replace(everything(), codes=()),
        replace(everything(), shipping=()),
        replace(everything(), country=None),
    ],
)
async def test_all_that_could_matter_is_read_by_one_statement(
    begin: Begin, engine: AsyncEngine, basket: RequestQuote
) -> None:
    await put(begin, FULL)

    with counted(engine) as statements:
        rules = await about(begin, basket)

    assert len(statements) == 1
    assert bool(rules.discounts) == bool(basket.codes)
    assert bool(rules.promotions) == bool(basket.shipping)
    assert bool(rules.tax_rates) == bool(basket.country)


@pytest.mark.parametrize(
    ("basket", "asked"),
    [
        (a_basket(), 1),  # some discounts are automatic
        (a_basket(codes=("", " ", "x" * 65, "TE\x00N"), country="", region="BY"), 1),
        (RequestQuote(currency="USD", lines=(), country="DE", shipping=(a_choice(),)), 0),
    ],
)
async def test_where_nothing_can_matter_nothing_is_read(
    begin: Begin, engine: AsyncEngine, basket: RequestQuote, asked: int
) -> None:
    await put(begin, FULL)

    with counted(engine) as statements:
        rules = await about(begin, basket)

    assert rules == Rules()
    assert len(statements) == asked


async def test_what_is_automatic_is_read_for_whom_it_is(begin: Begin) -> None:
    claim = f"com.example.{uuid4().hex}"
    gold = a_percentage(5, a_code("GOLD"), claim=claim, proof="account", ends_at=NOW)
    alone = a_percentage(5, a_code("ALONE"), is_exclusive=True, needs_account=True)
    await put(begin, Rules(discounts=(gold, alone)))

    rules = await about(begin, a_basket(claims=(claim,), codes=(alone.code,)))
    others = await about(begin, a_basket(claims=("com.example.silver",)))

    assert set(rules.discounts) == {gold, alone}
    assert gold not in others.discounts


async def test_what_cannot_matter_is_not_read(begin: Begin) -> None:
    await given(
        begin,
        a_percentage(10, "OTHER"),
        a_promotion(minimum_subtotal=0, currency="EUR"),
        a_promotion(minimum_subtotal=0, service_level="overnight"),
        a_promotion(eligible_skus=(Sku("ROSES"),)),
        a_tax_rate(country="FR"),
        a_tax_rate(region="BE"),
        a_tax_rate(category="books"),
    )

    assert await about(begin, everything()) == Rules()


async def test_of_a_promotions_items_only_those_in_the_basket_are_read(begin: Begin) -> None:
    many = a_promotion(eligible_skus=(CUP, *(Sku(f"S{n}") for n in range(100)), TEA))
    await given(begin, many)

    assert (await about(begin, everything())).promotions == (
        replace(many, eligible_skus=(CUP, TEA)),
    )


async def test_a_rule_takes_the_place_of_the_one_under_its_key(begin: Begin) -> None:
    await put(begin, FULL)
    ten, promotion, rate = FULL.discounts[0], FULL.promotions[0], FULL.tax_rates[0]
    new = (
        replace(ten, value=20, ends_at=None),
        replace(promotion, title="New", minimum_subtotal=None, eligible_skus=(TEA,)),
        replace(rate, basis_points=2000, is_included=False),
    )

    await given(begin, *new)

    rules = await about(begin, everything())
    assert set(new) <= {*rules.discounts, *rules.promotions, *rules.tax_rates}
    assert [len(kind) for kind in in_any_order(rules)] == [3, 3, 2]


async def test_putting_what_has_not_changed_writes_nothing(
    begin: Begin, engine: AsyncEngine
) -> None:
    await put(begin, FULL)

    with counted(engine) as statements:
        await put(begin, FULL)

    assert [statement.split()[0] for statement in statements] == ["SELECT"] * 4


async def test_many_rules_are_put_by_few_statements(begin: Begin, engine: AsyncEngine) -> None:
    many = [a_percentage(1 + n, f"CODE-{n}") for n in range(50)]
    changed = [replace(one, title="New") for one in many[:25]]
    await given(begin, *many[:25])

    with counted(engine) as statements:
        await given(begin, *changed, *many[25:])

    assert [statement.split()[0] for statement in statements] == ["SELECT", "INSERT", "UPDATE"]


async def test_a_failed_transaction_leaves_no_trace(begin: Begin) -> None:
    async def put_and_fail() -> None:
        async with begin() as kept:
            await kept.put(FULL)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await put_and_fail()

    assert await about(begin, everything()) == Rules()
