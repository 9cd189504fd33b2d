"""Discounts that nobody says a code for, and codes that are not for everybody."""

import pytest

from domain.contracts.pricing import Discount, Quote, RequestQuote
from domain.pricing.quote import quote
from domain.pricing.rules import Rules
from tests.pricing.builders import NOW, a_basket, a_fixed_amount, a_line, a_percentage

GOLD = "com.example.gold"
FOR_ALL = a_percentage(20, "SPRING-SALE", claim="")
FOR_GOLD = a_percentage(10, "GOLD", claim=GOLD, proof="account")
TEN_DOLLARS = a_fixed_amount(1000, "TEN")


def quoted(basket: RequestQuote, *discounts: Discount) -> Quote:
    return quote(basket, Rules(discounts=discounts), NOW)


def applied(priced: Quote) -> list[tuple[str, int]]:
    return [(one.code, one.amount) for one in priced.applied]


@pytest.mark.ucp("DSC-6", "DSC-10")
def test_what_is_automatic_comes_first_and_codes_take_off_what_is_left() -> None:
    priced = quoted(a_basket(a_line(10_000), codes=("TEN",)), TEN_DOLLARS, FOR_ALL)

    assert applied(priced) == [("SPRING-SALE", 2000), ("TEN", 1000)]
    assert [one.priority for one in priced.applied] == [1, 2]
    assert priced.total == 7000


@pytest.mark.ucp("ELG-1", "ELG-3", "DSC-12")
def test_what_is_for_some_is_for_those_who_claim_it() -> None:
    claimed = quoted(a_basket(a_line(1000), claims=(GOLD, "org.example.unknown")), FOR_GOLD)
    unclaimed = quoted(a_basket(a_line(1000)), FOR_GOLD)

    (one,) = claimed.applied
    assert (one.claim, one.proof, one.amount) == (GOLD, "account", 100)
    assert unclaimed.applied == ()


@pytest.mark.ucp("DSC-10")
def test_the_name_of_what_is_automatic_is_no_code() -> None:
    priced = quoted(a_basket(codes=("GOLD",)), FOR_GOLD)

    assert [(one.code, one.reason) for one in priced.rejected] == [("GOLD", "invalid")]


@pytest.mark.ucp("DSC-9")
def test_codes_that_stand_alone_are_not_combined() -> None:
    alone = a_percentage(30, "ALONE", is_exclusive=True)

    first = quoted(a_basket(codes=("ALONE", "TEN")), alone, TEN_DOLLARS, FOR_ALL)
    second = quoted(a_basket(codes=("TEN", "ALONE")), alone, TEN_DOLLARS)

    assert [code for code, _ in applied(first)] == ["SPRING-SALE", "ALONE"]
    assert [code for code, _ in applied(second)] == ["TEN"]
    for priced in (first, second):
        assert [(r.index, r.reason) for r in priced.rejected] == [(1, "combination_disallowed")]


@pytest.mark.ucp("DSC-9")
def test_some_codes_are_for_those_who_let_themselves_be_known() -> None:
    members = a_percentage(10, "MEMBERS", needs_account=True)

    stranger = quoted(a_basket(codes=("MEMBERS",)), members)
    known = quoted(a_basket(codes=("MEMBERS",), is_known=True), members)

    assert [one.reason for one in stranger.rejected] == ["user_not_logged_in"]
    assert [code for code, _ in applied(known)] == ["MEMBERS"]
