"""Money that is taken and given back: asked for by calls and events, done by whoever comes by."""

from typing import Any
from uuid import uuid4

import pytest
from pydantic_core import from_json
from sqlalchemy import select, update
from structlog.testing import capture_logs

from app.context_map import CONSUMERS
from app.payments.capture_shipped import CaptureShipped
from app.payments.capture_undelivered import CaptureUndelivered
from app.payments.give_back import GiveBack
from app.payments.keep_refund_promise import KeepRefundPromise
from domain.contracts.fulfillment import Parcel, ParcelShipped
from domain.contracts.ordering import NothingToDeliver, OrderCancelled, RefundRequested
from domain.contracts.payments import (
    AlreadyCaptured,
    Authorise,
    Capture,
    PaymentDeclined,
    Refund,
    Void,
)
from domain.payments.operation import OperationKind
from domain.payments.payment import PATIENCE, PaymentState, StillMoving
from domain.shared.ids import public
from domain.shared.model import Event, OutcomeUnknown
from domain.shared.values import AttemptId
from infrastructure.payments.payment_book import SqlPaymentBook
from infrastructure.payments.tables import inbox, outbox, payments
from infrastructure.shared.events.inbox import Inbox
from tests.logged import lines, logged
from tests.payments.builders import NOW, Desk, FailsFor, to_authorise, usd
from tests.payments.test_authorising import Interrupted, Killed, killed
from tests.posted import posted


async def authorised(desk: Desk, minor_units: int = 1000) -> Authorise:
    message = to_authorise(minor_units)
    await desk.service().authorise(message)
    return message


async def captured(desk: Desk, minor_units: int = 1000) -> Authorise:
    message = await authorised(desk)
    await desk.service().capture(
        Capture(attempt_id=message.attempt_id, key="c", amount=usd(minor_units))
    )
    return message


async def told(desk: Desk, consumer: Any, event: Event) -> None:
    """As an inbox does it; twice, for it must do no harm."""
    for _ in range(2):
        async with desk.begin() as book:
            await consumer(book, event)


def cancelled(message: Authorise) -> OrderCancelled:
    return OrderCancelled(
        order_id=message.order_id, attempt_id=message.attempt_id, key="all", total=message.amount
    )


def refund_of(message: Authorise, minor_units: int, key: str = "some") -> RefundRequested:
    return RefundRequested(
        order_id=message.order_id,
        attempt_id=message.attempt_id,
        key=key,
        amount=usd(minor_units),
    )


def shipped(message: Authorise, *, is_last: bool) -> ParcelShipped:
    parcel = Parcel(parcel_id=f"par_{uuid4().hex}", lines=(), shipped_at=NOW)
    return ParcelShipped(order_id=message.order_id, parcel=parcel, is_last=is_last)


async def events(desk: Desk, attempt_id: AttemptId) -> list[tuple[str, str | None]]:
    in_order = select(outbox).where(outbox.c.aggregate_id == str(attempt_id))
    async with desk.engine.connect() as connection:
        rows = (await connection.execute(in_order.order_by(outbox.c.sequence))).all()
    return [(row.name.split(".")[1], from_json(row.body).get("key")) for row in rows]


def at_provider(desk: Desk, message: Authorise) -> tuple[str, int, int]:
    entry = desk.entry(message.attempt_id)
    assert entry
    return entry.state, entry.captured, entry.refunded


async def test_money_is_taken_and_given_back_in_parts_once_a_key(desk: Desk) -> None:
    message = await authorised(desk, 1000)
    service, attempt = desk.service(), message.attempt_id

    for _ in range(2):
        await service.capture(Capture(attempt_id=attempt, key="one", amount=usd(600)))
        payment = await service.capture(Capture(attempt_id=attempt, key="two", amount=usd(400)))
        assert payment.captured == usd(1000)
    for _ in range(2):
        payment = await service.refund(Refund(attempt_id=attempt, key="one", amount=usd(700)))
        assert payment.refunded == usd(700)

    assert at_provider(desk, message) == ("authorised", 1000, 700)
    assert await events(desk, attempt) == [
        ("payment_authorised", None),
        ("payment_captured", "one"),
        ("payment_captured", "two"),
        ("payment_refunded", "one"),
    ]


async def test_what_was_taken_is_not_voided(desk: Desk) -> None:
    message = await captured(desk, 1)

    with pytest.raises(AlreadyCaptured):
        await desk.service().void(Void(attempt_id=message.attempt_id))

    assert at_provider(desk, message) == ("authorised", 1, 0)


async def test_what_the_provider_refuses_is_refused_whenever_asked(desk: Desk) -> None:
    message = await authorised(desk)
    desk.ledger.void(str(message.attempt_id))  # as a merchant may, at the provider's desk

    for _ in range(2):
        with pytest.raises(PaymentDeclined):
            await desk.service().capture(
                Capture(attempt_id=message.attempt_id, key="c", amount=usd(1))
            )

    assert (await desk.payment(message.attempt_id)).uncaptured == 1000


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_capture_that_was_cut_off_is_finished_later_and_done_once(
    desk: Desk, when: str
) -> None:
    message = await authorised(desk)
    provider: Any = Interrupted(desk.provider, "capture", **{when: killed})
    with pytest.raises(Killed):
        await desk.service(provider).capture(
            Capture(attempt_id=message.attempt_id, key="c", amount=usd(1000))
        )
    assert await desk.perform()
    assert (await desk.payment(message.attempt_id)).captured == 0  # its asker may yet do it

    desk.clock.pass_by(PATIENCE.total_seconds())
    assert await desk.perform()

    assert (await desk.payment(message.attempt_id)).captured == 1000
    assert at_provider(desk, message) == ("authorised", 1000, 0)


async def test_a_provider_that_is_away_is_asked_again_later(desk: Desk) -> None:
    message = await captured(desk)
    await told(desk, GiveBack(desk.clock), cancelled(message))

    async def away() -> None:
        raise OutcomeUnknown("away")

    provider: Any = Interrupted(desk.provider, "refund", before=away)
    assert not await desk.perform(provider)
    assert await desk.perform()  # nothing is due yet
    assert at_provider(desk, message) == ("authorised", 1000, 0)

    desk.clock.pass_by(1)
    assert await desk.perform()
    assert at_provider(desk, message) == ("authorised", 1000, 1000)


async def test_what_fails_as_nobody_foresaw_is_tried_later_and_holds_up_no_other(
    desk: Desk,
) -> None:
    bad, good = await captured(desk), await captured(desk)
    for message in (bad, good):
        await told(desk, GiveBack(desk.clock), cancelled(message))
        desk.clock.pass_by(0.1)  # the bad one is due first

    provider: Any = FailsFor(bad.attempt_id, desk.provider)
    with logged() as said:
        assert await desk.perform(provider)
    assert at_provider(desk, good) == ("authorised", 1000, 1000)
    (line,) = lines(said)
    assert line["payment_id"] == public("pay", bad.attempt_id)
    assert await desk.perform()  # nothing is due yet
    assert at_provider(desk, bad) == ("authorised", 1000, 0)

    desk.clock.pass_by(1)
    assert await desk.perform()
    assert at_provider(desk, bad) == ("authorised", 1000, 1000)


async def test_what_cannot_even_be_read_holds_up_no_other_and_keeps_none_from_being_postponed(
    desk: Desk,
) -> None:
    unread, bad, good = [await captured(desk) for _ in range(3)]
    for message in (unread, bad, good):
        await told(desk, GiveBack(desk.clock), cancelled(message))
        desk.clock.pass_by(0.1)
    async with desk.engine.begin() as connection:
        unreadable = update(payments).where(payments.c.attempt_id == unread.attempt_id)
        await connection.execute(unreadable.values(state="of later"))
    provider: Any = FailsFor(bad.attempt_id, desk.provider)

    with pytest.raises(ValueError, match="of later"):
        await desk.perform(provider)

    assert at_provider(desk, good) == ("authorised", 1000, 1000)
    async with desk.begin() as book:
        due = await book.due(desk.clock(), most=9)
    assert [one.attempt_id for one in due] == [unread.attempt_id]


async def test_who_cannot_be_asked_about_one_is_asked_about_the_others(desk: Desk) -> None:
    bad, good = await authorised(desk), await authorised(desk)
    for message in (bad, good):
        desk.ledger.void(str(message.attempt_id))
        async with desk.begin() as book:
            await book.ask_about(message.attempt_id, desk.clock())
        desk.clock.pass_by(0.1)

    provider: Any = FailsFor(bad.attempt_id, desk.provider)
    with logged() as said:
        assert await desk.ask(provider)
    assert (await desk.payment(good.attempt_id)).state == PaymentState.VOIDED
    (line,) = lines(said)
    assert line["payment_id"] == public("pay", bad.attempt_id)
    assert await desk.ask()  # it is not to be asked yet
    assert (await desk.payment(bad.attempt_id)).state == PaymentState.AUTHORISED

    desk.clock.pass_by(30)
    assert await desk.ask()
    assert (await desk.payment(bad.attempt_id)).state == PaymentState.VOIDED


async def test_a_cancelled_order_that_was_not_captured_is_voided(desk: Desk) -> None:
    message = await authorised(desk)

    await told(desk, GiveBack(desk.clock), cancelled(message))
    for _ in range(2):
        assert await desk.perform()

    assert at_provider(desk, message) == ("voided", 0, 0)
    assert (await desk.payment(message.attempt_id)).state == PaymentState.VOIDED
    assert (await events(desk, message.attempt_id))[1:] == [("payment_voided", None)]


async def test_a_cancelled_order_that_was_captured_is_refunded(desk: Desk) -> None:
    message = await captured(desk)
    await told(desk, KeepRefundPromise(desk.clock), refund_of(message, 300))

    await told(desk, GiveBack(desk.clock), cancelled(message))
    for _ in range(2):
        assert await desk.perform()

    assert at_provider(desk, message) == ("authorised", 1000, 1000)
    assert set((await events(desk, message.attempt_id))[2:]) == {
        ("payment_refunded", "some"),
        ("payment_refunded", "all"),
    }


async def test_a_refund_killed_after_the_provider_did_it_is_done_once(desk: Desk) -> None:
    message = await captured(desk)
    await told(desk, KeepRefundPromise(desk.clock), refund_of(message, 300))
    provider: Any = Interrupted(desk.provider, "refund", after=killed)
    with pytest.raises(Killed):
        await desk.perform(provider)

    assert await desk.perform()

    assert at_provider(desk, message) == ("authorised", 1000, 300)
    assert (await events(desk, message.attempt_id))[2:] == [("payment_refunded", "some")]


async def test_a_promised_refund_before_the_capture_lowers_it(desk: Desk) -> None:
    message = await authorised(desk, 1000)
    await told(desk, KeepRefundPromise(desk.clock), refund_of(message, 300))
    assert (await events(desk, message.attempt_id))[1:] == [("payment_refunded", "some")]

    await told(desk, CaptureShipped(desk.clock), shipped(message, is_last=True))
    assert await desk.perform()

    assert at_provider(desk, message) == ("authorised", 700, 0)


async def test_a_promised_refund_of_all_that_is_held_lets_go_of_it(desk: Desk) -> None:
    message = await authorised(desk, 1000)

    await told(desk, KeepRefundPromise(desk.clock), refund_of(message, 1000))
    assert await desk.perform()

    assert at_provider(desk, message) == ("voided", 0, 0)
    assert (await events(desk, message.attempt_id))[1:] == [
        ("payment_voided", None),
        ("payment_refunded", "some"),
    ]


async def test_a_refund_that_cannot_be_is_told_as_failed(desk: Desk) -> None:
    message = await captured(desk)

    await told(desk, KeepRefundPromise(desk.clock), refund_of(message, 1001))

    assert (await events(desk, message.attempt_id))[2:] == [("refund_failed", "some")]


async def test_where_nothing_is_delivered_the_money_is_taken_once_the_order_is_placed(
    desk: Desk,
) -> None:
    message = await authorised(desk)
    placed = NothingToDeliver(order_id=message.order_id, attempt_id=message.attempt_id)

    await told(desk, CaptureUndelivered(desk.clock), placed)
    await desk.perform()

    payment = await desk.payment(message.attempt_id)
    assert (payment.captured, len(payment.operations)) == (1000, 1)


async def test_where_nothing_is_delivered_nothing_is_taken_of_what_was_given_up_before(
    desk: Desk,
) -> None:
    message = await authorised(desk)
    placed = NothingToDeliver(order_id=message.order_id, attempt_id=message.attempt_id)

    await told(desk, GiveBack(desk.clock), cancelled(message))
    await told(desk, CaptureUndelivered(desk.clock), placed)
    await desk.perform()

    payment = await desk.payment(message.attempt_id)
    assert (payment.state, payment.captured) == (PaymentState.VOIDED, 0)


async def test_only_the_last_parcel_has_the_money_taken(desk: Desk) -> None:
    message = await authorised(desk)

    await told(desk, CaptureShipped(desk.clock), shipped(message, is_last=False))
    assert await desk.perform()
    assert at_provider(desk, message) == ("authorised", 0, 0)

    await told(desk, CaptureShipped(desk.clock), shipped(message, is_last=True))
    for _ in range(2):
        assert await desk.perform()
    assert at_provider(desk, message) == ("authorised", 1000, 0)


async def test_goods_that_left_and_were_not_paid_are_told_of(desk: Desk) -> None:
    message = await authorised(desk)
    desk.ledger.void(str(message.attempt_id))  # it has lapsed there, and nobody told us
    await told(desk, CaptureShipped(desk.clock), shipped(message, is_last=True))

    with capture_logs() as logged:
        assert await desk.perform()

    (name, key) = (await events(desk, message.attempt_id))[-1]
    assert (name, (key or "")[:4]) == ("capture_failed", "par_")
    assert [(entry["log_level"], entry["order_id"]) for entry in logged] == [
        ("error", public("ord", message.order_id))
    ]


async def test_goods_that_left_of_an_order_without_money_are_told_of(desk: Desk) -> None:
    message = await authorised(desk)
    await desk.service().void(Void(attempt_id=message.attempt_id))

    with capture_logs() as logged:
        await told(desk, CaptureShipped(desk.clock), shipped(message, is_last=False))
        await told(desk, CaptureShipped(desk.clock), shipped(message, is_last=True))

    assert {(entry["log_level"], entry["order_id"]) for entry in logged} == {
        ("warning", public("ord", message.order_id))
    }
    assert len(logged) == 2


async def test_an_event_that_comes_while_a_capture_is_awaited_is_to_come_again(
    desk: Desk,
) -> None:
    message = await authorised(desk)
    await told(desk, CaptureShipped(desk.clock), shipped(message, is_last=True))

    with pytest.raises(StillMoving):
        await told(desk, KeepRefundPromise(desk.clock), refund_of(message, 300))

    await desk.perform()
    await told(desk, KeepRefundPromise(desk.clock), refund_of(message, 300))
    await desk.perform()
    assert at_provider(desk, message) == ("authorised", 1000, 300)


async def test_a_refund_that_waits_is_not_overtaken_by_the_cancellation_after_it(
    desk: Desk,
) -> None:
    heard = Inbox(
        desk.engine, inbox, SqlPaymentBook, CONSUMERS["payments"], lambda: None, desk.clock
    )
    message = await authorised(desk)
    await told(desk, CaptureShipped(desk.clock), shipped(message, is_last=True))
    await heard.receive(posted(refund_of(message, 300), message.order_id, 1))

    await desk.perform()
    await heard.receive(posted(cancelled(message), message.order_id, 2))
    desk.clock.pass_by(100)
    for _ in range(2):
        await heard.retry_due()

    payment = await desk.payment(message.attempt_id)
    refunds = [(one.key, one.units) for one in payment.operations[1:]]
    assert refunds == [("some", 300), ("all", 700)]


async def test_an_operation_that_is_done_meanwhile_is_not_done_again(desk: Desk) -> None:
    message = await captured(desk)
    await told(desk, GiveBack(desk.clock), cancelled(message))

    async def meanwhile() -> None:
        await desk.perform()

    provider: Any = Interrupted(desk.provider, "refund", after=meanwhile)
    assert await desk.perform(provider)

    payment = await desk.payment(message.attempt_id)
    refund = payment.find(OperationKind.REFUND, "all")
    assert refund
    assert not refund.is_pending
    assert (await events(desk, message.attempt_id))[2:] == [("payment_refunded", "all")]
