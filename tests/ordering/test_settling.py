"""What is heard of money that was promised back, on a real database."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.context_map import CONSUMERS
from app.ordering.note_trouble import NoteTrouble
from app.ordering.settle_adjustment import SettleAdjustment, SettleCancellation
from app.ordering.warn_of_lapse import WarnOfLapse
from domain.contracts.ordering import PAYMENT_LAPSING, OrderRevised
from domain.contracts.payments import (
    AuthorisationLapsing,
    CaptureFailed,
    PaymentRefunded,
    PaymentVoided,
    RefundFailed,
)
from domain.ordering.goods_return import Return, ReturnState
from domain.ordering.order import Order
from domain.ordering.ports import Begin
from domain.shared.values import Money
from infrastructure.ordering.order_book import SqlOrderBook
from infrastructure.ordering.tables import inbox, outbox
from infrastructure.shared.calls.wire import adapter
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.events.inbox import Inbox
from tests.ordering.builders import NOW
from tests.ordering.test_goods_return import a_refund, an_order, received
from tests.payments.builders import Clock
from tests.posted import posted

LAPSES_AT = NOW + timedelta(days=2)


@pytest.fixture
def begin(engine: AsyncEngine) -> Begin:
    return partial(transaction, engine, SqlOrderBook)


async def kept(begin: Begin, order: Order, *returns: Return) -> None:
    async with begin() as book:
        await book.save_order(order)
        for one in returns:
            await book.save_return(one)


async def heard(begin: Begin, event: PaymentRefunded | RefundFailed) -> None:
    async with begin() as book:
        await SettleAdjustment()(book, event)


def went_back(order: Order, key: str) -> PaymentRefunded:
    return PaymentRefunded(
        attempt_id=order.attempt_id, order_id=order.order_id, key=key, amount=Money(1, "USD")
    )


def failed(order: Order, key: str) -> RefundFailed:
    return RefundFailed(
        attempt_id=order.attempt_id,
        order_id=order.order_id,
        key=key,
        amount=Money(1, "USD"),
        reason="no",
    )


async def test_order_and_return_hear_of_it_together_and_once(begin: Begin) -> None:
    order = an_order()
    found = received(order, line_1=1)
    found.refund(order, a_refund(found), NOW)
    await kept(begin, order, found)
    key = found.refunds[0].adjustment_id

    for _ in range(2):
        await heard(begin, failed(order, key))

    async with begin() as book:
        said = (await book.order(order.order_id)).adjustments[-1]
        assert (said.status, said.failed_because) == ("failed", "no")
        again = await book.goods_return(found.return_id)
        assert (again.state, again.version) == (ReturnState.REFUND_FAILED, 2)
        assert again.refunds[0].failed_because == "no"


async def test_what_the_bank_sends_back_later_reaches_order_and_return(begin: Begin) -> None:
    order = an_order()
    found = received(order, line_1=1)
    found.refund(order, a_refund(found), NOW)
    await kept(begin, order, found)
    key = found.refunds[0].adjustment_id
    await heard(begin, went_back(order, key))

    await heard(begin, failed(order, key))

    async with begin() as book:
        assert (await book.order(order.order_id)).adjustments[-1].status == "failed"
        assert (await book.goods_return(found.return_id)).state == ReturnState.REFUND_FAILED


def unpaid(order: Order) -> CaptureFailed:
    return CaptureFailed(
        attempt_id=order.attempt_id,
        order_id=order.order_id,
        key="par_1",
        amount=Money(8750, "USD"),
        reason="It has lapsed.",
    )


async def test_that_money_could_not_be_taken_is_seen_on_the_order(begin: Begin) -> None:
    order = an_order()
    await kept(begin, order)

    for failure in (unpaid(order), unpaid(order), unpaid(an_order())):  # the last of no order
        async with begin() as book:
            await NoteTrouble()(book, failure)

    async with begin() as book:
        again = await book.order(order.order_id)
    assert again.details().trouble == "Its money could not be taken: It has lapsed."
    assert again.version == 2


@pytest.mark.parametrize(
    ("refunded", "is_cancelled", "is_told"),
    [(0, False, True), (100, False, True), (8750, False, False), (0, True, False)],
)
async def test_that_money_was_let_go_of_is_seen_where_it_is_still_owed(
    begin: Begin, *, refunded: int, is_cancelled: bool, is_told: bool
) -> None:
    order = an_order()
    if refunded:
        order.refund("a", Money(refunded, "USD"), "", NOW)
    if is_cancelled:
        order.cancel("k", "", NOW)
    await kept(begin, order)
    voided = PaymentVoided(
        attempt_id=order.attempt_id, order_id=order.order_id, amount=Money(8750, "USD")
    )

    async with begin() as book:
        await SettleCancellation()(book, voided)

    async with begin() as book:
        again = await book.order(order.order_id)
    assert bool(again.trouble) == is_told
    assert [a.status for a in again.adjustments if a.kind == "cancellation"] == (
        ["completed"] if is_cancelled else []
    )


@pytest.mark.parametrize(
    ("refunded", "is_cancelled", "told"),
    [(0, False, [LAPSES_AT]), (100, False, [LAPSES_AT]), (8750, False, []), (0, True, [])],
)
async def test_until_when_money_is_held_is_told_where_it_is_still_to_be_taken(
    begin: Begin, engine: AsyncEngine, *, refunded: int, is_cancelled: bool, told: list[datetime]
) -> None:
    order = an_order()
    if refunded:
        order.refund("a", Money(refunded, "USD"), "", NOW)
    if is_cancelled:
        order.cancel("k", "", NOW)
    await kept(begin, order)

    for one in (order, an_order()):  # the last of an attempt that came to none
        async with begin() as book:
            await WarnOfLapse()(book, lapsing(one))

    async with engine.connect() as connection:
        bodies = (await connection.execute(select(outbox.c.body))).scalars()
        said = [adapter(OrderRevised).validate_json(b) for b in bodies if PAYMENT_LAPSING in b]
    assert [one.until for one in said] == told
    async with begin() as book:
        assert not (await book.order(order.order_id)).trouble


def lapsing(order: Order) -> AuthorisationLapsing:
    return AuthorisationLapsing(
        attempt_id=order.attempt_id,
        order_id=order.order_id,
        amount=order.total,
        lapses_at=LAPSES_AT,
    )


async def test_a_failure_does_not_overtake_the_refund_that_it_undoes(
    begin: Begin, engine: AsyncEngine
) -> None:
    clock = Clock()
    heard_of = Inbox(engine, inbox, SqlOrderBook, CONSUMERS["ordering"], lambda: None, clock)
    order = an_order()
    order.refund("a", Money(1, "USD"), "", NOW)
    key = order.adjustments[-1].adjustment_id
    await heard_of.receive(posted(went_back(order, key), order.attempt_id, 1))  # of no order yet
    await kept(begin, order)

    await heard_of.receive(posted(failed(order, key), order.attempt_id, 2))
    clock.pass_by(100)
    for _ in range(2):
        await heard_of.retry_due()

    async with begin() as book:
        assert (await book.order(order.order_id)).adjustments[-1].status == "failed"


async def test_of_two_troubles_the_later_is_seen(begin: Begin, engine: AsyncEngine) -> None:
    clock = Clock()
    heard_of = Inbox(engine, inbox, SqlOrderBook, CONSUMERS["ordering"], lambda: None, clock)
    order = an_order()
    order.refund("a", Money(1, "USD"), "", NOW)
    key = order.adjustments[-1].adjustment_id
    await heard_of.receive(posted(went_back(order, key), order.attempt_id, 1))  # of no order yet
    await kept(begin, order)
    voided = PaymentVoided(
        attempt_id=order.attempt_id, order_id=order.order_id, amount=Money(8750, "USD")
    )

    await heard_of.receive(posted(voided, order.attempt_id, 2))
    await heard_of.receive(posted(unpaid(order), order.attempt_id, 3))
    for _ in range(3):
        clock.pass_by(100)
        await heard_of.retry_due()

    async with begin() as book:
        again = await book.order(order.order_id)
    assert again.details().trouble == "Its money could not be taken: It has lapsed."


async def test_a_refund_of_the_order_that_is_named_like_a_returns_is_settled(
    begin: Begin,
) -> None:
    order = an_order()
    order.refund(f"ret_{UUID(int=7).hex}_1", Money(100, "USD"), "", NOW)
    await kept(begin, order)
    key = order.adjustments[0].adjustment_id

    await heard(begin, went_back(order, key))

    async with begin() as book:
        assert (await book.order(order.order_id)).adjustments[0].status == "completed"
