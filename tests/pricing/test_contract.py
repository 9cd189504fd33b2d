"""The `Pricing` contract: one set of promises, kept near, through the wire, and far."""

from asyncio import gather
from dataclasses import replace
from uuid import uuid4

import pytest

from domain.contracts.pricing import (
    Allocation,
    AppliedDiscount,
    Discount,
    Pricing,
    Promotion,
    PutRules,
    Quote,
    QuotedLine,
    QuotedTax,
    RejectedCode,
    RequestQuote,
    RulesPut,
    TaxRate,
    TooMuch,
    UnfitRule,
)
from domain.shared.values import MOST_MINOR_UNITS, Sku
from tests.conftest import KeptHouse
from tests.pricing.builders import (
    NOW,
    a_basket,
    a_choice,
    a_code,
    a_line,
    a_percentage,
    a_promotion,
    a_tax_rate,
)


@pytest.fixture
def pricing(house: KeptHouse) -> Pricing:
    return house.contract(Pricing)


async def put(pricing: Pricing, *rules: Discount | Promotion | TaxRate) -> RulesPut:
    return await pricing.put_rules(
        PutRules(
            discounts=tuple(rule for rule in rules if isinstance(rule, Discount)),
            promotions=tuple(rule for rule in rules if isinstance(rule, Promotion)),
            tax_rates=tuple(rule for rule in rules if isinstance(rule, TaxRate)),
        )
    )


async def discount(pricing: Pricing, *codes: str) -> int:
    """What these codes take off ten dollars."""
    return (await pricing.quote(a_basket(a_line(1_000), codes=codes))).discount


async def test_a_basket_is_priced_by_all_rules_together(pricing: Pricing) -> None:
    code, level, category, sku = a_code(), uuid4().hex, uuid4().hex, Sku(uuid4().hex)
    kept = await put(
        pricing,
        a_percentage(10, code, title="10 % off"),
        a_promotion(eligible_skus=(sku,), service_level=level),
        a_tax_rate(700, category=category, title="Reduced VAT"),
    )
    roses, pot = a_line(3500, sku=sku, tax_category=category), a_line(1500, tax_category=category)
    choice = a_choice(500, service_level=level)

    priced = await pricing.quote(
        RequestQuote(
            currency="USD",
            lines=(roses, pot),
            codes=(code.lower(), "nonsense"),
            country="DE",
            region="BY",
            shipping=(choice,),
        )
    )

    assert kept == RulesPut(rules=3)
    assert priced == Quote(
        currency="USD",
        lines=(
            QuotedLine(line_id=roses.line_id, subtotal=3500, discount=350, tax=221, total=3371),
            QuotedLine(line_id=pot.line_id, subtotal=1500, discount=150, tax=95, total=1445),
        ),
        applied=(
            AppliedDiscount(
                code=code,
                title="10 % off",
                amount=500,
                priority=1,
                allocations=(
                    Allocation(line_id=roses.line_id, amount=350),
                    Allocation(line_id=pot.line_id, amount=150),
                ),
            ),
        ),
        rejected=(RejectedCode(index=1, code="nonsense", reason="invalid"),),
        shipping_choices=(replace(choice, price=0, title="Standard Shipping (Free)"),),
        taxes=(QuotedTax(title="Reduced VAT", amount=316, is_included=False),),
        subtotal=5000,
        discount=500,
        shipping=0,
        total=4816,
    )


async def test_setting_a_rule_again_changes_what_is_new_and_nothing_else(
    pricing: Pricing,
) -> None:
    one, other = a_code(), a_code()
    await put(pricing, a_percentage(10, one), a_percentage(10, other))

    for _ in range(2):
        await put(pricing, a_percentage(20, one.lower()))

        assert await discount(pricing, one) == 200
        assert await discount(pricing, other) == 100


async def test_a_code_that_has_ended_is_said_to_have_expired(pricing: Pricing) -> None:
    code = a_code()
    await put(pricing, a_percentage(10, code, ends_at=NOW.replace(year=2001)))

    priced = await pricing.quote(a_basket(codes=(code,)))

    assert [one.reason for one in priced.rejected] == ["expired"]


async def test_one_unfit_rule_keeps_all_out(pricing: Pricing) -> None:
    code = a_code()
    await put(pricing, a_percentage(10, code))

    with pytest.raises(UnfitRule) as refused:
        await put(pricing, a_percentage(20, code), a_tax_rate(-1))

    assert refused.value.rule == "tax rate DE"
    assert await discount(pricing, code) == 100


async def test_a_basket_that_cannot_be_counted_is_refused(pricing: Pricing) -> None:
    line = a_line(MOST_MINOR_UNITS, units=2)
    await pricing.quote(a_basket())

    with pytest.raises(TooMuch) as refused:
        await pricing.quote(a_basket(line))

    assert refused.value.line_id == line.line_id


async def test_many_who_set_the_same_at_once_all_succeed(pricing: Pricing) -> None:
    code = a_code()

    await gather(*(put(pricing, a_percentage(10, code)) for _ in range(4)))

    assert await discount(pricing, code) == 100
