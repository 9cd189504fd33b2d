"""Authorise, settle and void, with a provider that answers, fails, or is not heard."""

from asyncio import create_task, sleep, timeout
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import pytest

from domain.contracts.payments import (
    AlreadyVoided,
    Authorise,
    OtherPaymentAttempted,
    PaymentDeclined,
    Settle,
    UnfitAmount,
    UnknownHandler,
    UnknownPayment,
    Void,
)
from domain.payments.payment import PaymentState
from domain.payments.ports import PaymentProvider
from domain.shared.model import OutcomeUnknown
from domain.shared.values import AttemptId
from tests.payments.builders import Desk, an_attempt, an_instrument, an_order, to_authorise, usd


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Interrupted:
    """A provider around one of whose calls something else happens."""

    provider: PaymentProvider
    call: str
    before: Any = None
    after: Any = None

    def __getattr__(self, name: str) -> Any:
        made = getattr(self.provider, name)

        async def around(*arguments: Any, **named: Any) -> Any:
            if name == self.call and self.before:
                await self.before()
            said = await made(*arguments, **named)
            if name == self.call and self.after:
                await self.after()
            return said

        return around


async def killed() -> None:
    raise Killed


async def settled(desk: Desk, attempt_id: AttemptId) -> str | None:
    payment = (await desk.service().settle(Settle(attempt_id=attempt_id))).payment
    return payment.state if payment else None


def state_at_provider(desk: Desk, attempt_id: AttemptId) -> str | None:
    entry = desk.entry(attempt_id)
    return entry.state if entry else None


async def test_money_is_set_aside_once_however_often_asked(desk: Desk) -> None:
    message = to_authorise(1000)

    first = await desk.service().authorise(message)

    assert await desk.service().authorise(message) == first
    assert (first.state, first.amount, first.captured) == ("authorised", usd(1000), usd(0))
    assert len(desk.ledger.entries()) == 1


async def test_another_amount_for_the_same_attempt_is_refused(desk: Desk) -> None:
    message = to_authorise(1000)
    await desk.service().authorise(message)

    with pytest.raises(OtherPaymentAttempted):
        await desk.service().authorise(replace(message, amount=usd(999)))


async def test_a_decline_is_said_again_and_settles_the_payment(desk: Desk) -> None:
    message = to_authorise(token="fail_token")

    for _ in range(2):
        with pytest.raises(PaymentDeclined, match="declined"):
            await desk.service().authorise(message)

    assert await settled(desk, message.attempt_id) == "declined"
    await desk.service().void(Void(attempt_id=message.attempt_id))
    assert await settled(desk, message.attempt_id) == "declined"


async def test_nothing_to_pay_needs_neither_instrument_nor_provider(desk: Desk) -> None:
    message = Authorise(attempt_id=an_attempt(), order_id=an_order(), amount=usd(0))

    for _ in range(2):
        assert (await desk.service().authorise(message)).state == "authorised"
    assert desk.ledger.entries() == []

    await desk.service().void(Void(attempt_id=message.attempt_id))
    assert await settled(desk, message.attempt_id) == "voided"
    assert desk.ledger.entries() == []


async def test_what_cannot_be_asked_leaves_no_trace(desk: Desk) -> None:
    fit = to_authorise()
    unfit = [
        (replace(fit, instrument=None), UnknownHandler),
        (replace(fit, instrument=an_instrument(handler_id="other")), UnknownHandler),
        (replace(fit, amount=usd(-1)), UnfitAmount),
    ]

    for message, no in unfit:
        with pytest.raises(no):
            await desk.service().authorise(message)

    with pytest.raises(UnknownPayment):
        await desk.payment(fit.attempt_id)
    assert desk.ledger.entries() == []


@pytest.mark.parametrize("token", ["lost_token", "late_token:5"])
async def test_an_answer_that_is_not_heard_is_found_by_settling(desk: Desk, token: str) -> None:
    message = to_authorise(token=token)

    with pytest.raises(OutcomeUnknown):
        await desk.service().authorise(message)

    assert (await desk.payment(message.attempt_id)).state == PaymentState.PENDING
    for _ in range(2):
        assert await settled(desk, message.attempt_id) == "authorised"
    assert (await desk.service().authorise(message)).state == "authorised"


async def test_asking_again_after_a_lost_answer_asks_the_provider_what_it_said(desk: Desk) -> None:
    message = to_authorise(token="lost_token")
    with pytest.raises(OutcomeUnknown):
        await desk.service().authorise(message)

    assert (await desk.service().authorise(message)).state == "authorised"


async def test_an_answer_that_comes_late_but_in_time_is_taken(desk: Desk) -> None:
    assert (await desk.service().authorise(to_authorise(token="late_token:0.01"))).state == (
        "authorised"
    )


async def test_a_provider_that_never_heard_of_it_leaves_it_pending(desk: Desk) -> None:
    message = to_authorise(token="hang_token")
    with pytest.raises(OutcomeUnknown):
        await desk.service().authorise(message)

    for _ in range(2):
        assert await settled(desk, message.attempt_id) == "pending"

    assert desk.ledger.entries() == []


async def test_an_attempt_without_a_payment_has_none(desk: Desk) -> None:
    attempt = an_attempt()
    assert await settled(desk, attempt) is None

    await desk.service().void(Void(attempt_id=attempt))

    assert await settled(desk, attempt) is None


@pytest.mark.parametrize("token", ["success_token", "lost_token", "hang_token"])
async def test_voided_twice_nothing_is_held_and_nothing_will_be(desk: Desk, token: str) -> None:
    message = to_authorise(token=token)
    with suppress(OutcomeUnknown):
        await desk.service().authorise(message)

    for _ in range(2):
        await desk.service().void(Void(attempt_id=message.attempt_id))

    assert state_at_provider(desk, message.attempt_id) == "voided"
    late = await desk.provider.authorise(message.attempt_id, usd(1000), an_instrument())
    assert late.state == PaymentState.VOIDED
    with pytest.raises(AlreadyVoided):
        await desk.service().authorise(message)
    assert await settled(desk, message.attempt_id) == "voided"


async def test_voided_before_it_was_begun_the_provider_is_never_asked(desk: Desk) -> None:
    message = to_authorise()
    for _ in range(2):
        await desk.service().void(Void(attempt_id=message.attempt_id))

    with pytest.raises(AlreadyVoided):
        await desk.service().authorise(message)

    assert desk.ledger.entries() == []


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_void_while_the_provider_is_asked_wins_and_no_money_stays_held(
    desk: Desk, when: str
) -> None:
    message = to_authorise()

    async def void() -> None:
        await desk.service().void(Void(attempt_id=message.attempt_id))

    provider: Any = Interrupted(desk.provider, "authorise", **{when: void})
    with pytest.raises(AlreadyVoided):
        await desk.service(provider).authorise(message)

    assert (await desk.payment(message.attempt_id)).state == PaymentState.VOIDED
    assert state_at_provider(desk, message.attempt_id) == "voided"


async def test_money_that_comes_after_all_is_let_go_of_though_the_provider_forgot_the_void(
    desk: Desk,
) -> None:
    message = to_authorise()

    async def voided_here_alone() -> None:
        async with desk.begin() as book:
            payment = await book.get(message.attempt_id)
            payment.void()
            await book.save(payment)

    provider: Any = Interrupted(desk.provider, "authorise", after=voided_here_alone)
    with pytest.raises(AlreadyVoided):
        await desk.service(provider).authorise(message)

    assert state_at_provider(desk, message.attempt_id) == "voided"


async def test_a_settlement_while_the_provider_is_asked_is_the_same_answer(desk: Desk) -> None:
    message = to_authorise()

    async def settle() -> None:
        assert await settled(desk, message.attempt_id) == "authorised"

    provider: Any = Interrupted(desk.provider, "authorise", after=settle)

    assert (await desk.service(provider).authorise(message)).state == "authorised"


@pytest.mark.parametrize(
    ("call", "when"),
    [("authorise", "before"), ("authorise", "after"), ("void", "before"), ("void", "after")],
)
async def test_killed_around_the_provider_it_is_undone_by_asking_again(
    desk: Desk, call: str, when: str
) -> None:
    message = to_authorise()
    provider: Any = Interrupted(desk.provider, call, **{when: killed})
    service = desk.service(provider)

    async def authorise_and_void() -> None:
        await service.authorise(message)
        await service.void(Void(attempt_id=message.attempt_id))

    with pytest.raises(Killed):
        await authorise_and_void()
    await desk.service().void(Void(attempt_id=message.attempt_id))

    assert (await desk.payment(message.attempt_id)).state == PaymentState.VOIDED
    assert state_at_provider(desk, message.attempt_id) == "voided"


async def test_killed_after_the_provider_was_asked_it_goes_on_by_settling(desk: Desk) -> None:
    message = to_authorise()
    provider: Any = Interrupted(desk.provider, "authorise", after=killed)
    with pytest.raises(Killed):
        await desk.service(provider).authorise(message)

    assert await settled(desk, message.attempt_id) == "authorised"
    assert state_at_provider(desk, message.attempt_id) == "authorised"


async def test_a_twin_that_asks_meanwhile_gets_the_same_answer(desk: Desk) -> None:
    message = to_authorise(token="late_token:0.1")

    first = create_task(desk.service().authorise(message))
    async with timeout(60):
        while desk.entry(message.attempt_id) is None:  # noqa: ASYNC110  # a file has no event
            await sleep(0.005)
    second = await desk.service().authorise(message)

    assert await first == second
    assert len(desk.ledger.entries()) == 1
