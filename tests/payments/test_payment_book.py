"""The payment book on a real database."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.event import listen, listens_for, remove

from domain.contracts.payments import UnknownPayment
from domain.payments.operation import OperationKind, Verdict
from domain.payments.payment import Authorisation, Payment, PaymentState
from domain.payments.ports import Due
from domain.shared.ids import uuid7
from domain.shared.model import Conflict
from domain.shared.values import AttemptId
from infrastructure.payments.payment_book import SqlPaymentBook
from infrastructure.payments.tables import outbox
from tests.engines import only
from tests.payments.builders import NOW, Desk, a_payment, an_attempt, an_order, to_authorise, usd


async def added(desk: Desk, payment: Payment) -> Payment:
    async with desk.begin() as book:
        assert await book.add(payment)
    return payment


@only("sqlite")  # elsewhere by tests/growth/test_plans.py
async def test_payments_in_a_state_are_found_without_reading_them_all(desk: Desk) -> None:
    said: list[tuple[str, Any]] = []

    def hear(_c: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        said.append((statement, parameters))

    async with desk.engine.begin() as connection:
        listen(desk.engine.sync_engine, "before_cursor_execute", hear)
        page = {"before": an_attempt(), "since": an_attempt(), "most": 21}
        await SqlPaymentBook(connection).page(state="pending", **page)  # type: ignore[arg-type]
        remove(desk.engine.sync_engine, "before_cursor_execute", hear)
        ((statement, parameters),) = said
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps = [str(row.detail) for row in plan]

    assert ["ix_payments_payments_state" in step for step in steps] == [True]
    assert steps[0].startswith("SEARCH")


async def test_a_payment_comes_back_whole(desk: Desk) -> None:
    payment = await added(desk, a_payment())
    async with desk.begin() as book:
        found = await book.get(payment.attempt_id)
        found.capture("c", usd(400), NOW)
        found.capture("d", usd(600), NOW)
        await book.save(found)
        found.conclude(OperationKind.CAPTURE, "c", Verdict())
        found.conclude(OperationKind.CAPTURE, "d", Verdict("no"))
        found.refund("r", usd(300), NOW)
        found.postpone(OperationKind.REFUND, "r", NOW)
        found.give_back_some("some", usd(700), NOW)
        found.warned_at = NOW
        await book.save(found)

    async with desk.begin() as book:
        assert await book.get(payment.attempt_id) == found
        assert payment.order_id
        assert await book.find_paid(payment.order_id) == found


async def test_a_declined_one_and_a_tombstone_come_back_whole(desk: Desk) -> None:
    declined = Payment.begun(an_attempt(), an_order(), usd(1))
    declined.settle(Authorisation(PaymentState.DECLINED, "no money"))

    for payment in (declined, Payment.never(an_attempt())):
        await added(desk, payment)
        assert await desk.payment(payment.attempt_id) == payment


async def test_an_attempt_has_one_payment(desk: Desk) -> None:
    payment = await added(desk, a_payment())

    async with desk.begin() as book:
        assert not await book.add(Payment.never(payment.attempt_id))

    assert await desk.payment(payment.attempt_id) == payment
    with pytest.raises(UnknownPayment):
        await desk.payment(an_attempt())


async def test_the_second_of_two_writers_is_told(desk: Desk) -> None:
    attempt = (await added(desk, a_payment())).attempt_id

    async with desk.begin() as book:
        mine, theirs = await book.get(attempt), await book.get(attempt)
        theirs.capture("c", usd(1), NOW)
        await book.save(theirs)

        mine.void()
        with pytest.raises(Conflict):
            await book.save(mine)


async def test_a_failed_transaction_leaves_no_trace(desk: Desk) -> None:
    payment = await added(desk, a_payment())

    async def change_and_fail() -> None:
        async with desk.begin() as book:
            found = await book.get(payment.attempt_id)
            found.capture("c", usd(1), NOW)
            found.void()
            await book.save(found)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await change_and_fail()

    assert await desk.payment(payment.attempt_id) == payment
    async with desk.engine.connect() as connection:
        assert (await connection.execute(select(outbox))).all() == []


async def test_what_is_due_is_found_the_oldest_first(desk: Desk) -> None:
    payment = a_payment()
    payment.capture_rest("c", NOW + timedelta(seconds=2))
    other = a_payment()
    other.give_back("all", NOW + timedelta(seconds=1))
    for one in (payment, other):
        await added(desk, one)

    async with desk.begin() as book:
        assert await book.due(NOW, most=9) == []
        later = NOW + timedelta(seconds=2)
        assert await book.due(later, most=9) == [
            Due(other.attempt_id, OperationKind.VOID, "all"),
            Due(payment.attempt_id, OperationKind.CAPTURE, "c"),
        ]
        assert len(await book.due(later, most=1)) == 1


async def test_what_is_held_and_not_taken_is_found_by_when_its_attempt_began(desk: Desk) -> None:
    begun = [AttemptId(uuid7(NOW + timedelta(hours=hour))) for hour in range(7)]
    payments = [Payment.begun(name, an_order(), usd(5)) for name in begun]
    *_, free, declined = payments
    free.amount = usd(0)
    declined.settle(Authorisation(PaymentState.DECLINED, "no"))
    for one in payments[:-1]:
        one.settle(Authorisation(PaymentState.AUTHORISED))
    payments[1].capture("c", usd(2), NOW)
    payments[2].warn(NOW, NOW)
    payments[3].capture("c", usd(2), NOW)
    payments[3].conclude(OperationKind.CAPTURE, "c", Verdict("no"))
    for one in payments:
        one.take_events()
        await added(desk, one)

    async with desk.begin() as book:
        ever = {"since": AttemptId(UUID(int=0)), "before": AttemptId(UUID(int=2**128 - 1))}
        assert await book.untaken(**ever, most=9) == [begun[0], begun[3], begun[4]]
        assert await book.untaken(**ever, most=1) == begun[:1]
        assert await book.untaken(since=begun[0], before=begun[4], most=9) == [begun[3]]


async def test_a_first_authorisation_takes_three_statements(desk: Desk) -> None:
    statements: list[str] = []

    @listens_for(desk.engine.sync_engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(" ".join(statement.split()[:3]))

    await desk.service().authorise(to_authorise())

    assert statements == [
        "INSERT INTO payments_payments",
        "UPDATE payments_payments SET",
        "INSERT INTO payments_outbox",
    ]
