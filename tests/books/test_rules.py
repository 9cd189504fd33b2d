"""What is a mistake, and what may be on its way yet."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.commands.books.rules import judged
from app.commands.books.standing import Standing
from domain.contracts.inventory import PromisedUnits, ReservationDetails
from domain.contracts.ordering import AttemptDetails, LedgerEntry, OrderedUnits, PromisedBack
from domain.contracts.payments import Payment, PaymentOperation
from domain.shared.values import AttemptId, CheckoutId, Money, OrderId, Sku

NOW = datetime(2026, 4, 8, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LONG_AGO, LATELY = NOW - timedelta(hours=1), NOW - timedelta(seconds=1)
ATTEMPT, ORDER, TEA = AttemptId(UUID(int=1)), OrderId(UUID(int=2)), Sku("TEA")
NOTHING, PAID, SOME = Money(0, "USD"), Money(700, "USD"), Money(100, "USD")


def an_order(**changes: Any) -> LedgerEntry:
    entry = LedgerEntry(
        attempt_id=ATTEMPT,
        order_id=ORDER,
        placed_at=LONG_AGO,
        total=PAID,
        goods=(OrderedUnits(sku=TEA, units=2),),
    )
    return replace(entry, **changes)


def an_attempt(state: str, leased_until: datetime = LONG_AGO) -> AttemptDetails:
    return AttemptDetails(
        attempt_id=ATTEMPT,
        checkout_id=CheckoutId(UUID(int=3)),
        order_id=ORDER,
        client="test",
        state=state,
        started_at=LONG_AGO,
        leased_until=leased_until,
        epoch=1,
    )


def a_payment(state: str = "authorised", *operations: PaymentOperation, **more: Any) -> Payment:
    payment = Payment(
        attempt_id=ATTEMPT,
        order_id=ORDER,
        amount=PAID,
        state=state,
        captured=NOTHING,
        refunded=NOTHING,
        operations=operations,
    )
    return replace(payment, **more)


def a_reservation(state: str = "allocated", units: int = 2) -> ReservationDetails:
    goods = (PromisedUnits(sku=TEA, units=units, left=units),)
    return ReservationDetails(attempt_id=ATTEMPT, state=state, goods=goods)


def an_operation(state: str, kind: str = "refund") -> PaymentOperation:
    return PaymentOperation(kind=kind, key="r1", amount=SOME, state=state)


def promised(status: str, at: datetime = LONG_AGO) -> dict[str, Any]:
    return {"promised_back": (PromisedBack(key="r1", amount=SOME, status=status, promised_at=at),)}


def kinds(**known: Any) -> tuple[list[str], bool]:
    verdict = judged(Standing(attempt_id=ATTEMPT, **known), NOW, MINUTE)
    return [one.kind for one in verdict.mistakes], verdict.is_under_way


AGREES: list[dict[str, Any]] = [
    {"order": an_order(), "payment": a_payment(), "reservation": a_reservation()},
    {"attempt": an_attempt("failed")},
    {"attempt": an_attempt("failed"), "reservation": a_reservation("released")},
    {"payment": a_payment("declined")},
    {"payment": a_payment("voided")},
    {"payment": a_payment(captured=PAID, refunded=PAID)},
    {"payment": a_payment(amount=NOTHING)},
    {
        "order": an_order(**promised("completed")),
        "payment": a_payment("authorised", an_operation("done")),
        "reservation": a_reservation(),
    },
    {
        "order": an_order(**promised("failed")),
        "payment": a_payment("authorised", an_operation("failed")),
        "reservation": a_reservation(),
    },
    {
        "order": an_order(cancelled_at=LONG_AGO, **promised("completed")),
        "payment": a_payment("voided", an_operation("done", "void")),
        "reservation": a_reservation("returned"),
    },
]


@pytest.mark.parametrize("known", AGREES)
def test_books_that_agree_are_left_alone(known: dict[str, Any]) -> None:
    assert kinds(**known) == ([], False)


WHOLE = {"order": an_order(), "payment": a_payment(), "reservation": a_reservation()}
DIFFER: list[tuple[dict[str, Any], list[str]]] = [
    ({**WHOLE, "payment": None}, ["order_without_payment"]),
    ({**WHOLE, "payment": a_payment("pending")}, ["order_unpaid"]),
    ({**WHOLE, "payment": a_payment("voided")}, ["order_unpaid"]),
    ({**WHOLE, "payment": a_payment(amount=SOME)}, ["other_amount"]),
    ({**WHOLE, "reservation": None}, ["order_without_stock"]),
    ({**WHOLE, "reservation": a_reservation("released")}, ["order_without_stock"]),
    ({**WHOLE, "reservation": a_reservation("returned")}, ["order_without_stock"]),
    ({**WHOLE, "reservation": a_reservation(units=3)}, ["other_goods"]),
    ({**WHOLE, "reservation": a_reservation("held")}, ["stock_unallocated"]),
    (
        {"order": an_order(cancelled_at=LONG_AGO), "payment": a_payment("voided")}
        | {"reservation": a_reservation()},
        ["stock_unreturned"],
    ),
    ({**WHOLE, "order": an_order(**promised("pending"))}, ["refund_differs"]),
    ({**WHOLE, "order": an_order(**promised("completed"))}, ["refund_differs"]),
    (
        {**WHOLE, "order": an_order(**promised("pending"))}
        | {"payment": a_payment("authorised", an_operation("done"))},
        ["refund_differs"],
    ),
    ({"payment": a_payment()}, ["money_without_order"]),
    ({"payment": a_payment(captured=PAID, refunded=SOME)}, ["money_without_order"]),
    ({"reservation": a_reservation("held")}, ["stock_without_order"]),
    (
        {"attempt": an_attempt("failed"), "payment": a_payment("pending")}
        | {"reservation": a_reservation("held")},
        ["money_without_order", "stock_without_order"],
    ),
    ({"attempt": an_attempt("completed")}, ["attempt_without_order"]),
    ({"attempt": an_attempt("running"), "payment": a_payment()}, ["attempt_stalled"]),
    ({"attempt": an_attempt("undoing")}, ["attempt_stalled"]),
]


@pytest.mark.parametrize(("known", "found"), DIFFER)
def test_what_one_knows_and_another_does_not_is_named(
    known: dict[str, Any], found: list[str]
) -> None:
    assert kinds(**known) == (found, False)


UNDER_WAY: list[dict[str, Any]] = [
    {"attempt": an_attempt("running", LATELY), "reservation": a_reservation("held")},
    {"attempt": an_attempt("undoing", NOW), "payment": a_payment()},
    {**WHOLE, "order": an_order(placed_at=LATELY), "reservation": a_reservation("held")},
    {**WHOLE, "order": an_order(**promised("pending", LATELY))},
    {
        "order": an_order(cancelled_at=LATELY),
        "payment": a_payment("voided"),
        "reservation": a_reservation(),
    },
    {"payment": a_payment("authorised", an_operation("pending", "capture"))},
]


@pytest.mark.parametrize("known", UNDER_WAY)
def test_what_may_be_on_its_way_is_no_mistake(known: dict[str, Any]) -> None:
    assert kinds(**known) == ([], True)
