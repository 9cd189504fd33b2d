from dataclasses import replace

import pytest

from domain.contracts.fulfillment import ShippingRate, UnfitShippingRate
from domain.fulfillment.rates import countries, options, require_fit
from tests.fulfillment.builders import a_rate


def ids(*rates: ShippingRate) -> list[str]:
    return [rate.rate_id for rate in options(rates)]


def test_the_countrys_own_rate_wins_over_the_default_one_for_its_service_level() -> None:
    everywhere = a_rate("all", level="express", units=1000)
    here = a_rate("us", level="express", units=1500, country="US")
    standard = a_rate("std", units=500)

    assert ids(everywhere, here, standard) == ["std", "us"]
    assert ids(everywhere, standard) == ["std", "all"]


@pytest.mark.ucp("FUL-9")
def test_options_come_cheapest_first_and_then_by_title() -> None:
    cheap = a_rate("c", level="c", units=1, title="Zebra")
    dear = a_rate("d", level="d", units=2, title="Ant")
    dear_too = a_rate("e", level="e", units=2, title="Bee")

    assert ids(dear_too, dear, cheap) == ["c", "d", "e"]


def test_of_two_rates_for_the_same_the_cheaper_is_offered() -> None:
    assert ids(a_rate("dear", units=2), a_rate("cheap", units=1)) == ["cheap"]


def test_where_nothing_is_delivered_there_is_no_option() -> None:
    assert options([]) == ()


@pytest.mark.parametrize(("country", "whose"), [("us", ("US", "default")), ("", ("default",))])
def test_whose_rates_apply(country: str, whose: tuple[str, ...]) -> None:
    assert countries(country) == whose


GOOD = a_rate("good", country="US")


@pytest.mark.parametrize(
    "bad",
    [
        replace(GOOD, rate_id=""),
        replace(GOOD, rate_id="r" * 65),
        replace(GOOD, country="usa"),
        replace(GOOD, service_level=" "),
        replace(GOOD, title="\0"),
        replace(GOOD, carrier=""),
        replace(GOOD, title="Express", description="Express, in two days"),
        replace(GOOD, earliest_days=3, latest_days=2),
        replace(GOOD, earliest_days=-1),
        replace(GOOD, latest_days=367),
        a_rate("free money", units=-1),
        GOOD,
    ],
)
def test_a_rate_that_cannot_be_is_refused_by_name(bad: ShippingRate) -> None:
    with pytest.raises(UnfitShippingRate) as refused:
        require_fit([GOOD, bad])

    assert refused.value.rate_id == bad.rate_id


def test_no_more_than_500_are_set_at_a_time() -> None:
    many = [a_rate(f"rate {n}") for n in range(501)]
    require_fit(many[:500])

    with pytest.raises(UnfitShippingRate, match="500"):
        require_fit(many)
