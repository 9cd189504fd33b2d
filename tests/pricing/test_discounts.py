from datetime import timedelta

import pytest

from domain.contracts.pricing import Allocation, Discount, Quote, RejectedCode, RequestQuote
from domain.pricing.quote import quote
from domain.pricing.rules import Rules
from tests.pricing.builders import NOW, a_basket, a_fixed_amount, a_line, a_percentage

TEN, TWENTY = a_percentage(10, "TEN"), a_percentage(20, "TWENTY")
FIVE_DOLLARS = a_fixed_amount(500, "FIVE")


def quoted(basket: RequestQuote, *discounts: Discount) -> Quote:
    return quote(basket, Rules(discounts=discounts), NOW)


def amounts(priced: Quote) -> list[tuple[str, int, int]]:
    return [(one.code, one.amount, one.priority) for one in priced.applied]


@pytest.mark.ucp("DSC-3", "DSC-6")
def test_codes_stack_each_on_what_the_former_left() -> None:
    basket = a_basket(a_line(3500), codes=("TEN", "TWENTY"))

    priced = quoted(basket, TWENTY, TEN)

    assert amounts(priced) == [("TEN", 350, 1), ("TWENTY", 630, 2)]
    assert (priced.subtotal, priced.discount, priced.total) == (3500, 980, 2520)


@pytest.mark.parametrize(("codes", "total"), [(("FIVE", "TEN"), 2700), (("TEN", "FIVE"), 2650)])
def test_their_order_is_the_buyers(codes: tuple[str, ...], total: int) -> None:
    basket = a_basket(a_line(3500), codes=codes)

    assert quoted(basket, TEN, FIVE_DOLLARS).total == total


def test_a_part_of_a_unit_is_not_taken_off() -> None:
    priced = quoted(a_basket(a_line(1999), codes=("TEN",)), TEN)

    assert amounts(priced) == [("TEN", 199, 1)]


@pytest.mark.ucp("DSC-5", "DSC-7", "DSC-8")
def test_a_discount_falls_on_the_lines_in_proportion() -> None:
    roses, pot = a_line(3500), a_line(1500, units=2)

    priced = quoted(a_basket(roses, pot, codes=("FIVE",)), FIVE_DOLLARS)

    assert priced.applied[0].allocations == (
        Allocation(line_id=roses.line_id, amount=269),
        Allocation(line_id=pot.line_id, amount=231),
    )
    assert [line.discount for line in priced.lines] == [269, 231]


def test_nothing_falls_on_a_line_that_costs_nothing() -> None:
    gift, roses = a_line(0), a_line(3500)

    priced = quoted(a_basket(gift, roses, codes=("TEN",)), TEN)

    assert priced.applied[0].allocations == (Allocation(line_id=roses.line_id, amount=350),)


@pytest.mark.ucp("DSC-14")
def test_no_more_is_taken_off_than_there_is() -> None:
    priced = quoted(a_basket(a_line(300), codes=("FIVE",)), FIVE_DOLLARS)

    assert amounts(priced) == [("FIVE", 300, 1)]
    assert priced.total == 0


def test_a_code_that_takes_nothing_off_is_neither_applied_nor_rejected() -> None:
    basket = a_basket(a_line(300), codes=("FIVE", "TEN"))

    priced = quoted(basket, FIVE_DOLLARS, TEN)

    assert amounts(priced) == [("FIVE", 300, 1)]
    assert priced.rejected == ()


@pytest.mark.ucp("DSC-1", "DSC-14")
def test_a_code_counts_in_any_case_and_once() -> None:
    priced = quoted(a_basket(a_line(3500), codes=("ten", " Ten ")), TEN)

    assert amounts(priced) == [("TEN", 350, 1)]
    assert priced.rejected == (RejectedCode(index=1, code=" Ten ", reason="already_applied"),)


@pytest.mark.ucp("DSC-3", "DSC-9")
def test_codes_that_do_not_count_are_rejected_and_the_rest_is_applied() -> None:
    ended = a_percentage(50, "OLD", ends_at=NOW)
    in_euro = a_fixed_amount(500, "EURO", currency="EUR")
    basket = a_basket(a_line(3500), codes=("nonsense", "old", "euro", "nonsense", "TEN"))

    priced = quoted(basket, ended, in_euro, TEN)

    assert amounts(priced) == [("TEN", 350, 1)]
    assert priced.rejected == (
        RejectedCode(index=0, code="nonsense", reason="invalid"),
        RejectedCode(index=1, code="old", reason="expired"),
        RejectedCode(index=2, code="euro", reason="invalid"),
        RejectedCode(index=3, code="nonsense", reason="invalid"),
    )


def test_a_percentage_counts_in_any_currency_and_until_it_ends() -> None:
    code = a_percentage(10, "TEN", currency="EUR", ends_at=NOW + timedelta(microseconds=1))

    assert quoted(a_basket(a_line(3500), codes=("TEN",)), code).discount == 350
