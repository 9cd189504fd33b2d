"""The `Payments` contract: one set of promises, kept near, through the wire, and far."""

from asyncio import gather
from dataclasses import replace

import pytest

from domain.contracts.payments import (
    AlreadyCaptured,
    AlreadyVoided,
    Authorise,
    Capture,
    FindPayment,
    KeyReused,
    ListPayments,
    MoreThanAuthorised,
    MoreThanCaptured,
    OtherPaymentAttempted,
    PaymentDeclined,
    Payments,
    Reconcile,
    Refund,
    Settle,
    UnfitAmount,
    UnfitCursor,
    UnknownHandler,
    UnknownPayment,
    Void,
    Voided,
)
from domain.shared.model import OutcomeUnknown
from domain.shared.values import AttemptId, Money
from tests.conftest import KeptHouse
from tests.payments.builders import an_attempt, an_instrument, to_authorise, usd


@pytest.fixture
def payments(house: KeptHouse) -> Payments:
    return house.contract(Payments)


async def authorised(payments: Payments) -> Authorise:
    message = to_authorise(1000)
    await payments.authorise(message)
    return message


async def test_authorises_once_however_often_asked(payments: Payments) -> None:
    message = to_authorise(1000)

    said = await gather(*(payments.authorise(message) for _ in range(4)))

    first = said[0]
    assert said == [first] * 4
    assert (first.attempt_id, first.order_id) == (message.attempt_id, message.order_id)
    assert (first.state, first.amount, first.captured) == ("authorised", usd(1000), usd(0))
    assert (await payments.settle(Settle(attempt_id=message.attempt_id))).payment == first


async def test_refuses_another_amount_for_the_same_attempt(payments: Payments) -> None:
    message = await authorised(payments)

    with pytest.raises(OtherPaymentAttempted):
        await payments.authorise(replace(message, amount=usd(999)))


async def test_tells_why_it_was_declined_again_and_again(payments: Payments) -> None:
    message = to_authorise(token="fail_token")

    reasons = []
    for _ in range(2):
        with pytest.raises(PaymentDeclined) as refused:
            await payments.authorise(message)
        reasons.append(refused.value.reason)

    payment = (await payments.settle(Settle(attempt_id=message.attempt_id))).payment
    assert payment
    assert payment.state == "declined"
    assert reasons == [payment.reason] * 2


async def test_an_unheard_answer_is_found_by_settling(payments: Payments) -> None:
    message = to_authorise(token="lost_token")
    with pytest.raises(OutcomeUnknown):
        await payments.authorise(message)

    payment = (await payments.settle(Settle(attempt_id=message.attempt_id))).payment

    assert payment
    assert payment.state == "authorised"


async def test_refuses_what_no_provider_is_kept_for(payments: Payments) -> None:
    for instrument in (None, an_instrument(handler_id="other")):
        with pytest.raises(UnknownHandler):
            await payments.authorise(replace(to_authorise(), instrument=instrument))
    with pytest.raises(UnfitAmount):
        await payments.authorise(to_authorise(-1))


@pytest.mark.parametrize("was_authorised", [True, False])
async def test_what_is_voided_is_never_authorised(
    payments: Payments, *, was_authorised: bool
) -> None:
    message = await authorised(payments) if was_authorised else to_authorise(1000)

    for _ in range(2):
        voided = await payments.void(Void(attempt_id=message.attempt_id))
        assert voided == Voided(attempt_id=message.attempt_id)

    with pytest.raises(AlreadyVoided):
        await payments.authorise(message)
    with pytest.raises(AlreadyVoided):
        await payments.capture(Capture(attempt_id=message.attempt_id, key="c", amount=usd(1)))
    payment = (await payments.settle(Settle(attempt_id=message.attempt_id))).payment
    assert (payment.state if payment else None) == ("voided" if was_authorised else None)


async def test_takes_and_gives_back_no_more_than_there_is(payments: Payments) -> None:
    attempt = (await authorised(payments)).attempt_id

    for _ in range(2):
        taken = await payments.capture(Capture(attempt_id=attempt, key="c", amount=usd(600)))
        given = await payments.refund(Refund(attempt_id=attempt, key="r", amount=usd(500)))
        assert (taken.captured, given.refunded) == (usd(600), usd(500))

    with pytest.raises(MoreThanAuthorised) as too_much:
        await payments.capture(Capture(attempt_id=attempt, key="d", amount=usd(401)))
    with pytest.raises(MoreThanCaptured) as too_much_back:
        await payments.refund(Refund(attempt_id=attempt, key="s", amount=usd(101)))
    assert (too_much.value.left, too_much_back.value.left) == (usd(400), usd(100))
    with pytest.raises(AlreadyCaptured):
        await payments.void(Void(attempt_id=attempt))
    with pytest.raises(UnfitAmount):
        await payments.capture(Capture(attempt_id=attempt, key="e", amount=Money(1, "EUR")))


async def test_one_capture_asked_for_many_times_at_once_takes_once(payments: Payments) -> None:
    attempt = (await authorised(payments)).attempt_id
    message = Capture(attempt_id=attempt, key="c", amount=usd(600))

    said = await gather(*(payments.capture(message) for _ in range(3)))

    assert [payment.captured for payment in said] == [usd(600)] * 3


async def test_what_was_never_paid_is_neither_taken_nor_given_back(payments: Payments) -> None:
    attempt = an_attempt()

    with pytest.raises(UnknownPayment):
        await payments.capture(Capture(attempt_id=attempt, key="c", amount=usd(1)))
    with pytest.raises(UnknownPayment):
        await payments.refund(Refund(attempt_id=attempt, key="r", amount=usd(1)))
    assert (await payments.settle(Settle(attempt_id=attempt))).payment is None


async def test_a_key_that_named_another_amount_is_refused(payments: Payments) -> None:
    attempt = (await authorised(payments)).attempt_id
    await payments.capture(Capture(attempt_id=attempt, key="c", amount=usd(600)))
    await payments.refund(Refund(attempt_id=attempt, key="c", amount=usd(500)))

    with pytest.raises(KeyReused) as refused:
        await payments.capture(Capture(attempt_id=attempt, key="c", amount=usd(400)))
    with pytest.raises(KeyReused):
        await payments.refund(Refund(attempt_id=attempt, key="c", amount=usd(100)))
    assert (refused.value.attempt_id, refused.value.key) == (attempt, "c")


async def test_a_refund_is_spread_over_several_captures(payments: Payments) -> None:
    attempt = (await authorised(payments)).attempt_id
    for key, units in (("c", 300), ("d", 700)):
        await payments.capture(Capture(attempt_id=attempt, key=key, amount=usd(units)))

    given = await payments.refund(Refund(attempt_id=attempt, key="r", amount=usd(900)))

    assert (given.captured, given.refunded) == (usd(1000), usd(900))


async def test_payments_are_found_and_listed(payments: Payments) -> None:
    first = await authorised(payments)
    for _ in range(2):
        again = replace(first, attempt_id=an_attempt())
        await payments.authorise(again)
        await payments.void(Void(attempt_id=again.attempt_id))
    tombstone = an_attempt()
    await payments.void(Void(attempt_id=tombstone))

    found = await payments.find_payment(FindPayment(attempt_id=first.attempt_id))
    of_order = ListPayments(order_id=first.order_id, most=2)
    page = await payments.list_payments(of_order)
    rest = await payments.list_payments(replace(of_order, after=page.next))
    voided = await payments.list_payments(replace(of_order, state="voided"))

    assert found.amount == first.amount
    assert (len(page.items), len(rest.items), rest.next) == (2, 1, None)
    assert found in (*page.items, *rest.items)
    assert {payment.state for payment in voided.items} == {"voided"}
    for unknown in (tombstone, an_attempt()):
        with pytest.raises(UnknownPayment):
            await payments.find_payment(FindPayment(attempt_id=unknown))
    with pytest.raises(UnfitCursor):
        await payments.list_payments(replace(of_order, after="elsewhere"))


async def test_books_that_agree_are_reconciled_a_page_at_a_time(payments: Payments) -> None:
    attempts = {(await authorised(payments)).attempt_id for _ in range(3)}

    compared, after, pages = 0, None, 0
    there: set[AttemptId] = set()
    held: set[AttemptId] = set()
    while pages == 0 or after:
        page = await payments.reconcile(Reconcile(after=after, most=2))
        assert page.differences == ()
        compared, after, pages = compared + page.compared, page.next, pages + 1
        there, held = there | set(page.there), held | set(page.held)

    assert compared >= 3
    assert attempts <= there & held
    assert (await payments.reconcile(Reconcile(only=tuple(attempts)))).differences == ()
    with pytest.raises(UnfitCursor):
        await payments.reconcile(Reconcile(after="elsewhere"))
