"""What Stripe tells is a hint: signed, repeated, late and in any order, it does no harm."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import time
from typing import Any

import pytest
from pydantic_core import to_json
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine
from stripe import WebhookSignature

from app.context_map import CONSUMERS
from app.payments.hear_provider import HearProvider
from domain.contracts.payments import Authorise, Capture, PaymentDeclined, ProviderSpoke, Refund
from domain.payments.operation import OperationKind
from domain.payments.payment import PaymentState
from domain.payments.ports import Begin
from domain.shared.model import OutcomeUnknown
from infrastructure.payments.ledger import Ledger
from infrastructure.payments.payment_book import SqlPaymentBook
from infrastructure.payments.stripe_notices import StripeNotices
from infrastructure.payments.tables import inbox, outbox
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.events.consumers import Consumer
from infrastructure.shared.events.inbox import Inbox
from tests.payments.builders import Desk, an_attempt, to_authorise, usd
from tests.payments.fake_stripe import DECLINED, REFUND_PENDS, VISA, FakeStripe
from tests.payments.stripes import a_stripe
from tests.servers import served

SECRET = "whsec_of_the_tests"


@pytest.fixture
def stripe() -> FakeStripe:
    return FakeStripe()


@pytest.fixture
def url(stripe: FakeStripe) -> Iterator[str]:
    with served(stripe.app()) as (url,):
        yield url


@pytest.fixture
async def desk(url: str, engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Desk]:
    ledger = Ledger(tmp_path / "unused.db")
    begin: Begin = partial(transaction, engine, SqlPaymentBook)
    async with a_stripe(url, engine, seconds=3) as provider:
        yield Desk(engine, ledger, provider, begin)


@pytest.fixture
def notices(desk: Desk) -> StripeNotices:
    heard = Consumer("payments.hear_provider", ProviderSpoke, HearProvider(desk.clock))
    kept = Inbox(desk.engine, inbox, SqlPaymentBook, (heard,), lambda: None)
    return StripeNotices(SECRET, kept.receive)


def an_event(kind: str, attempt_id: object, name: str = "evt_1") -> dict[str, Any]:
    about = {"id": "pi_1", "metadata": {"attempt_id": str(attempt_id)}}
    event = {"id": name, "object": "event", "type": kind, "created": int(time())}
    return {**event, "data": {"object": about}}


def signed(event: Any, *, age: int = 0, secret: str = SECRET) -> tuple[bytes, str]:
    return unread(to_json(event), age=age, secret=secret)


def unread(body: bytes, *, age: int = 0, secret: str = SECRET) -> tuple[bytes, str]:
    stamp = int(time()) - age
    told = WebhookSignature.generate_signature_header(body.decode(), secret, stamp)
    return body, told


async def authorised(desk: Desk, token: str = VISA) -> Authorise:
    message = to_authorise(1000, token, handler_id="stripe")
    await desk.service().authorise(message)
    return message


async def captured(desk: Desk, token: str = VISA) -> Authorise:
    message = await authorised(desk, token)
    capture = Capture(attempt_id=message.attempt_id, key="c", amount=usd(1000))
    await desk.service().capture(capture)
    return message


async def rows(desk: Desk) -> int:
    async with desk.engine.begin() as connection:
        return (await connection.execute(select(func.count()).select_from(inbox))).scalar_one()


async def names(desk: Desk) -> list[str]:
    told = select(outbox.c.name).order_by(outbox.c.sequence)
    async with desk.engine.begin() as connection:
        return [row.name for row in await connection.execute(told)]


def test_payments_listens_to_its_provider() -> None:
    assert "payments.hear_provider" in {consumer.name for consumer in CONSUMERS["payments"]}


async def test_an_authorisation_that_nobody_heard_of_is_found(
    desk: Desk, notices: StripeNotices, stripe: FakeStripe
) -> None:
    stripe.mishaps, stripe.during = ["lost"], "confirm"
    with pytest.raises(OutcomeUnknown):
        await authorised(desk)
    (intent,) = stripe.intents.values()
    attempt = intent["metadata"]["attempt_id"]

    kind = "payment_intent.amount_capturable_updated"
    assert await notices.receive(*signed(an_event(kind, attempt)))
    assert await desk.ask()

    assert await names(desk) == ["payments.payment_authorised.v1"]


def altered(body: bytes, signature: str) -> tuple[bytes, str]:
    return body.replace(b"succeeded", b"canceled."), signature


@pytest.mark.parametrize(
    "sent",
    [
        lambda event: signed(event, age=301),
        lambda event: signed(event, secret="whsec_of_others"),
        lambda event: altered(*signed(event)),
        lambda event: (signed(event)[0], ""),
        lambda event: (signed(event)[0], "t=now,v1=x"),
        lambda event: (signed(event)[0], "t=1,v1=\xe9"),
        lambda event: (b"\xff", signed(event)[1]),
        lambda event: signed([event]),
        lambda event: signed({**event, "data": None}),
        lambda event: signed({**event, "created": 10**12}),
        lambda _: unread(b"no JSON"),
    ],
)
async def test_what_stripe_did_not_just_sign_is_not_heard(
    desk: Desk, notices: StripeNotices, sent: Callable[[dict[str, Any]], tuple[bytes, str]]
) -> None:
    message = await authorised(desk)
    event = an_event("payment_intent.succeeded", message.attempt_id)
    assert await notices.receive(*signed(event))

    assert not await notices.receive(*sent({**event, "id": "evt_2"}))

    assert await rows(desk) == 1


async def test_what_is_told_again_is_kept_once(desk: Desk, notices: StripeNotices) -> None:
    message = await captured(desk)
    event = an_event("payment_intent.succeeded", message.attempt_id)

    for age in (0, 1, 2):
        assert await notices.receive(*signed(event, age=age))
        assert await desk.ask()

    assert await rows(desk) == 1
    assert (await names(desk))[1:] == ["payments.payment_captured.v1"]


async def test_what_comes_out_of_order_changes_nothing(desk: Desk, notices: StripeNotices) -> None:
    message = await captured(desk)
    before = await desk.payment(message.attempt_id)

    kinds = ("succeeded", "canceled", "payment_failed", "amount_capturable_updated")
    for number, kind in enumerate(kinds):
        event = an_event(f"payment_intent.{kind}", message.attempt_id, f"evt_{number}")
        assert await notices.receive(*signed(event))
        assert await desk.ask()

    assert await desk.payment(message.attempt_id) == before


async def test_what_stripe_let_go_of_is_voided(
    desk: Desk, notices: StripeNotices, stripe: FakeStripe
) -> None:
    message = await authorised(desk)
    stripe.intent(message.attempt_id)["status"] = "canceled"

    event = an_event("payment_intent.canceled", message.attempt_id)
    assert await notices.receive(*signed(event))
    assert await desk.ask()

    assert (await desk.payment(message.attempt_id)).state == PaymentState.VOIDED
    assert (await names(desk))[1:] == ["payments.payment_voided.v1"]


async def test_a_refund_that_comes_back_is_told_as_failed(
    desk: Desk, notices: StripeNotices, stripe: FakeStripe
) -> None:
    message = await captured(desk)
    refund = Refund(attempt_id=message.attempt_id, key="r", amount=usd(400))
    await desk.service().refund(refund)
    (made,) = stripe.refunds.values()
    made.update(status="failed", failure_reason="expired_or_canceled_card")

    for number, kind in enumerate(("refund.failed", "refund.updated", "charge.refunded")):
        event = an_event(kind, message.attempt_id, f"evt_{number}")
        assert await notices.receive(*signed(event))
        assert await desk.ask()

    payment = await desk.payment(message.attempt_id)
    assert (payment.refunded, payment.refundable) == (0, 1000)
    assert (await names(desk))[2:] == [
        "payments.payment_refunded.v1",
        "payments.refund_failed.v1",
    ]


async def test_a_refund_that_pended_is_done_when_stripe_says_so(
    desk: Desk, notices: StripeNotices, stripe: FakeStripe
) -> None:
    message = await captured(desk, REFUND_PENDS)
    with pytest.raises(OutcomeUnknown):
        await desk.service().refund(Refund(attempt_id=message.attempt_id, key="r", amount=usd(400)))
    desk.clock.pass_by(31)
    assert await desk.perform()
    (made,) = stripe.refunds.values()
    made["status"] = "succeeded"

    event = an_event("refund.updated", message.attempt_id)
    assert await notices.receive(*signed(event))
    assert await desk.ask()

    payment = await desk.payment(message.attempt_id)
    refund = payment.find(OperationKind.REFUND, "r")
    assert refund
    assert not refund.is_pending
    assert payment.refunded == 400


async def test_a_refund_that_pends_holds_up_no_other(desk: Desk, notices: StripeNotices) -> None:
    slow, quick = await captured(desk, REFUND_PENDS), await captured(desk)
    for message in (slow, quick):
        await asked_back(desk, message)

    assert await desk.perform()
    for number, message in enumerate((slow, quick)):
        event = an_event("refund.updated", message.attempt_id, f"evt_{number}")
        assert await notices.receive(*signed(event))
    assert await desk.ask()

    refunded = [(await desk.payment(one.attempt_id)).refunded for one in (slow, quick)]
    assert refunded == [0, 400]
    async with desk.begin() as book:
        assert await book.questions(desk.clock(), most=9) == []


async def asked_back(desk: Desk, message: Authorise) -> None:
    async with desk.begin() as book:
        payment = await book.get(message.attempt_id)
        payment.give_back_some("r", usd(400), desk.clock())
        await book.save(payment)
    desk.clock.pass_by(0.1)


async def test_what_is_not_ours_is_let_pass(desk: Desk, notices: StripeNotices) -> None:
    message = await authorised(desk)
    others = an_event("payment_intent.succeeded", "of another shop", "evt_1")
    bare = an_event("payment_intent.succeeded", message.attempt_id, "evt_2")
    bare["data"]["object"]["metadata"] = None
    odd = an_event("payment_intent.succeeded", message.attempt_id, "evt_4")
    odd["data"]["object"]["metadata"] = ["attempt_id"]
    of_no_matter = an_event("customer.created", message.attempt_id, "evt_3")

    for event in (others, bare, odd, of_no_matter):
        assert await notices.receive(*signed(event))

    assert await rows(desk) == 0


async def test_a_payment_that_is_not_known_here_is_not_asked_about(
    desk: Desk, notices: StripeNotices, stripe: FakeStripe
) -> None:
    event = an_event("payment_intent.succeeded", an_attempt())

    assert await notices.receive(*signed(event))

    assert await rows(desk) == 1
    assert await desk.ask()
    assert not stripe.calls


async def test_while_stripe_is_away_it_is_asked_later(
    desk: Desk, notices: StripeNotices, stripe: FakeStripe
) -> None:
    message = await authorised(desk)
    stripe.intent(message.attempt_id)["status"] = "canceled"
    event = an_event("payment_intent.canceled", message.attempt_id)
    assert await notices.receive(*signed(event))
    stripe.mishaps = ["busy"]

    assert not await desk.ask()
    assert await desk.ask()
    assert (await desk.payment(message.attempt_id)).state == PaymentState.AUTHORISED

    desk.clock.pass_by(timedelta(minutes=1).total_seconds())
    assert await desk.ask()
    assert (await desk.payment(message.attempt_id)).state == PaymentState.VOIDED


async def test_money_that_came_too_late_is_let_go_of(
    desk: Desk, notices: StripeNotices, stripe: FakeStripe
) -> None:
    message = await authorised(desk)
    async with desk.begin() as book:
        payment = await book.get(message.attempt_id)
        payment.void()
        await book.save(payment)

    kind = "payment_intent.amount_capturable_updated"
    assert await notices.receive(*signed(an_event(kind, message.attempt_id)))
    assert await desk.ask()

    assert stripe.intent(message.attempt_id)["status"] == "canceled"


async def test_a_declined_one_stays_so(desk: Desk, notices: StripeNotices) -> None:
    message = to_authorise(1000, DECLINED, handler_id="stripe")
    with pytest.raises(PaymentDeclined):
        await desk.service().authorise(message)

    event = an_event("payment_intent.payment_failed", message.attempt_id)
    assert await notices.receive(*signed(event))
    assert await desk.ask()

    assert (await desk.payment(message.attempt_id)).state == PaymentState.DECLINED
