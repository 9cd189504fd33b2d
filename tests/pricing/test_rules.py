from datetime import UTC, datetime

import pytest

from domain.contracts.pricing import Discount, Promotion, PutRules, TaxRate, UnfitRule
from domain.pricing.rules import fit
from domain.shared.values import MOST_MINOR_UNITS, Sku
from tests.pricing.builders import (
    NOW,
    a_code,
    a_fixed_amount,
    a_percentage,
    a_promotion,
    a_tax_rate,
)

FIT = PutRules(
    discounts=(
        a_percentage(100, ends_at=NOW),
        a_percentage(5, "AUTO", claim=""),
        a_fixed_amount(MOST_MINOR_UNITS),
    ),
    promotions=(a_promotion(minimum_subtotal=0), a_promotion(eligible_skus=(Sku("TEA"),))),
    tax_rates=(a_tax_rate(), a_tax_rate(0, region="BE"), a_tax_rate(10_000, category="food")),
)


@pytest.mark.parametrize(
    "unfit",
    [
        a_percentage(10, code=" "),
        a_percentage(10, code="x" * 65),
        a_percentage(10, code="ß" * 33),
        a_percentage(10, code="TE\x00N"),
        a_percentage(0),
        a_percentage(101),
        a_percentage(10, title=""),
        a_percentage(10, title="x" * 201),
        a_percentage(10, currency="usd"),
        a_percentage(10, kind="gift"),
        a_percentage(10, ends_at=datetime(2026, 5, 1)),  # noqa: DTZ001  # in no time zone
        a_percentage(10, ends_at=datetime.max.replace(tzinfo=UTC)),
        a_percentage(10, claim="gold", proof="account"),
        a_percentage(10, claim="com.example.gold"),
        a_percentage(10, claim="", is_exclusive=True),
        a_fixed_amount(0),
        a_fixed_amount(-5),
        a_fixed_amount(MOST_MINOR_UNITS + 1),
    ],
)
def test_an_unfit_discount_is_refused(unfit: Discount) -> None:
    fit(FIT)

    with pytest.raises(UnfitRule, match="discount"):
        fit(PutRules(discounts=(a_percentage(10, code="GOOD"), unfit)))


@pytest.mark.parametrize(
    "unfit",
    [
        a_promotion(),
        a_promotion(minimum_subtotal=-1),
        a_promotion(minimum_subtotal=MOST_MINOR_UNITS + 1),
        a_promotion(minimum_subtotal=1, promotion_id=""),
        a_promotion(minimum_subtotal=1, title=" "),
        a_promotion(minimum_subtotal=1, currency="dollars"),
        a_promotion(minimum_subtotal=1, service_level=""),
        a_promotion(eligible_skus=(Sku(" "),)),
        a_promotion(eligible_skus=tuple(Sku(str(n)) for n in range(501))),
    ],
)
def test_an_unfit_promotion_is_refused(unfit: Promotion) -> None:
    fit(FIT)

    with pytest.raises(UnfitRule, match="promotion"):
        fit(PutRules(promotions=(a_promotion(minimum_subtotal=1), unfit)))


def test_what_is_no_sku_is_refused_by_all_that_a_sku_is() -> None:
    unfit = a_promotion(eligible_skus=(Sku("TEA/history"),))

    with pytest.raises(UnfitRule, match=r"with no space at .* does not end in /history"):
        fit(PutRules(promotions=(unfit,)))


@pytest.mark.parametrize(
    "unfit",
    [
        a_tax_rate(-1),
        a_tax_rate(10_001),
        a_tax_rate(country=""),
        a_tax_rate(country="Germany"),
        a_tax_rate(country="ÄÖ"),
        a_tax_rate(region="x" * 65),
        a_tax_rate(category=""),
        a_tax_rate(title=""),
    ],
)
def test_an_unfit_tax_rate_is_refused(unfit: TaxRate) -> None:
    fit(FIT)

    with pytest.raises(UnfitRule, match="tax rate"):
        fit(PutRules(tax_rates=(a_tax_rate(country="AT"), unfit)))


@pytest.mark.parametrize(
    "twice",
    [
        PutRules(discounts=(a_percentage(10, code="ten"), a_percentage(20, code="TEN "))),
        PutRules(promotions=(a_promotion(promotion_id="one", minimum_subtotal=1),) * 2),
        PutRules(tax_rates=(a_tax_rate(country="de"), a_tax_rate(country="DE"))),
    ],
)
def test_a_rule_that_is_there_twice_is_refused(twice: PutRules) -> None:
    fit(FIT)

    with pytest.raises(UnfitRule, match="twice"):
        fit(twice)


def test_no_more_rules_are_set_at_a_time_than_one_transaction_should_write() -> None:
    fit(PutRules(discounts=tuple(a_percentage(10, a_code()) for _ in range(500))))

    with pytest.raises(UnfitRule, match="at most 500"):
        fit(PutRules(discounts=tuple(a_percentage(10, a_code()) for _ in range(501))))


def test_codes_and_places_are_kept_in_capitals_and_items_once() -> None:
    promotion = a_promotion(eligible_skus=(Sku("TEA"), Sku("CUP"), Sku("TEA")))

    rules = fit(
        PutRules(
            discounts=(a_percentage(10, code=" ten "),),
            promotions=(promotion,),
            tax_rates=(a_tax_rate(country="de", region="Bayern"),),
        )
    )

    assert rules.discounts[0].code == "TEN"
    assert rules.promotions[0].eligible_skus == ("CUP", "TEA")
    assert (rules.tax_rates[0].country, rules.tax_rates[0].region) == ("DE", "BAYERN")
