from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contracts.payments import (
    AlreadyCaptured,
    AlreadyVoided,
    CaptureFailed,
    KeyReused,
    MoreThanAuthorised,
    MoreThanCaptured,
    OtherPaymentAttempted,
    PaymentAuthorised,
    PaymentCaptured,
    PaymentDeclined,
    PaymentRefunded,
    PaymentVoided,
    RefundFailed,
    UnfitAmount,
)
from domain.payments.operation import Operation, OperationKind, Verdict
from domain.payments.payment import Authorisation, Payment, PaymentState, StillMoving
from domain.shared.model import Refusal
from domain.shared.values import Money
from tests.payments.builders import NOW, a_payment, an_attempt, an_order, usd

DONE, NO = Verdict(), Verdict("no")


def captured(minor_units: int, *, of: int = 1000) -> Payment:
    payment = a_payment(of)
    payment.capture("c", usd(minor_units), NOW)
    payment.conclude(OperationKind.CAPTURE, "c", DONE)
    payment.take_events()
    return payment


def pending(payment: Payment) -> list[Operation]:
    return [operation for operation in payment.operations if operation.is_pending]


def test_what_the_provider_says_is_taken_over_once() -> None:
    payment = Payment.begun(an_attempt(), order := an_order(), usd(1000))

    payment.settle(Authorisation(PaymentState.AUTHORISED))
    payment.settle(Authorisation(PaymentState.DECLINED, "no"))

    assert payment.state == PaymentState.AUTHORISED
    assert payment.take_events() == [
        PaymentAuthorised(attempt_id=payment.attempt_id, order_id=order, amount=usd(1000))
    ]


def test_nothing_to_pay_is_authorised_at_once() -> None:
    payment = Payment.begun(an_attempt(), an_order(), usd(0))

    assert payment.state == PaymentState.AUTHORISED
    assert [type(event) for event in payment.take_events()] == [PaymentAuthorised]


def test_nobody_pays_less_than_nothing() -> None:
    with pytest.raises(UnfitAmount):
        Payment.begun(an_attempt(), an_order(), usd(-1))


def test_the_same_may_be_asked_again_and_nothing_else() -> None:
    payment = a_payment(1000)
    assert payment.order_id

    payment.require_same(payment.order_id, usd(1000))
    for order, amount in ((payment.order_id, usd(999)), (an_order(), usd(1000))):
        with pytest.raises(OtherPaymentAttempted):
            payment.require_same(order, amount)


def test_a_decline_is_said_again() -> None:
    payment = Payment.begun(an_attempt(), order := an_order(), usd(1000))
    payment.settle(Authorisation(PaymentState.DECLINED, "no money"))

    with pytest.raises(PaymentDeclined, match="no money"):
        payment.require_same(order, usd(1000))


def test_a_tombstone_refuses_every_payment() -> None:
    never = Payment.never(an_attempt())

    with pytest.raises(AlreadyVoided):
        never.require_same(an_order(), usd(1))
    with pytest.raises(AlreadyVoided):
        never.capture("c", usd(1), NOW)
    with pytest.raises(MoreThanCaptured):
        never.refund("r", usd(1), NOW)
    never.void()
    assert never.take_events() == []


def test_a_void_is_announced_once() -> None:
    payment = a_payment()

    payment.void()
    payment.void()

    assert [type(event) for event in payment.take_events()] == [PaymentVoided]


def test_what_is_taken_or_may_have_been_is_not_voided() -> None:
    payment = a_payment()
    payment.capture("c", usd(1), NOW)

    with pytest.raises(AlreadyCaptured):
        payment.require_voidable()

    payment.conclude(OperationKind.CAPTURE, "c", NO)
    payment.require_voidable()


def test_a_capture_under_the_same_key_takes_no_more() -> None:
    payment = a_payment()

    first = payment.capture("c", usd(400), NOW)

    assert payment.capture("c", usd(400), NOW) == first
    assert payment.uncaptured == 600


def test_no_more_is_captured_than_authorised_counting_what_is_under_way() -> None:
    payment = a_payment(1000)
    payment.capture("c", usd(600), NOW)

    with pytest.raises(MoreThanAuthorised) as refused:
        payment.capture("d", usd(401), NOW)

    assert refused.value.left == usd(400)


def test_a_capture_that_failed_can_be_made_again_under_another_key() -> None:
    payment = a_payment(1000)
    payment.capture("c", usd(1000), NOW)
    payment.conclude(OperationKind.CAPTURE, "c", NO)

    payment.capture("d", usd(1000), NOW)
    payment.conclude(OperationKind.CAPTURE, "d", DONE)

    with pytest.raises(PaymentDeclined):
        payment.require_done(OperationKind.CAPTURE, "c")
    told = [type(event) for event in payment.take_events()]
    assert told == [CaptureFailed, PaymentCaptured]


def test_a_key_names_one_amount_of_its_kind() -> None:
    payment = captured(600)
    payment.refund("c", usd(500), NOW)

    with pytest.raises(KeyReused):
        payment.capture("c", usd(400), NOW)
    with pytest.raises(KeyReused):
        payment.refund("c", usd(600), NOW)
    with pytest.raises(KeyReused):
        payment.refund("c", Money(500, "EUR"), NOW)
    assert len(payment.operations) == 2


def test_a_refund_may_be_larger_than_each_of_several_captures() -> None:
    payment = captured(300)
    for key, units in (("d", 300), ("e", 400)):
        payment.capture(key, usd(units), NOW)
        payment.conclude(OperationKind.CAPTURE, key, DONE)

    payment.refund("r", usd(900), NOW)
    payment.conclude(OperationKind.REFUND, "r", DONE)

    assert (payment.captured, payment.refunded, payment.refundable) == (1000, 900, 100)
    with pytest.raises(MoreThanCaptured):
        payment.refund("s", usd(101), NOW)


def test_a_capture_that_failed_counts_for_no_refund() -> None:
    payment = captured(300)
    payment.capture("d", usd(700), NOW)
    payment.conclude(OperationKind.CAPTURE, "d", NO)

    with pytest.raises(MoreThanCaptured) as refused:
        payment.refund("r", usd(301), NOW)

    assert refused.value.left == usd(300)


def test_what_the_provider_let_go_of_is_voided_unless_money_was_taken() -> None:
    held, taken = a_payment(), captured(600)

    for payment in (held, taken):
        payment.hear(Authorisation(PaymentState.AUTHORISED))
        assert payment.state == PaymentState.AUTHORISED
        for _ in range(2):
            payment.hear(Authorisation(PaymentState.VOIDED))

    assert (held.state, taken.state) == (PaymentState.VOIDED, PaymentState.AUTHORISED)
    assert [type(event) for event in held.take_events()] == [PaymentVoided]


def test_a_refund_that_came_back_is_told_once_and_may_be_made_again() -> None:
    payment = captured(600)
    payment.refund("r", usd(600), NOW)
    payment.conclude(OperationKind.REFUND, "r", DONE)
    payment.reverse("r", DONE)
    payment.reverse("unknown", NO)

    for _ in range(2):
        payment.reverse("r", NO)

    assert [type(event) for event in payment.take_events()] == [PaymentRefunded, RefundFailed]
    assert (payment.refunded, payment.refundable) == (0, 600)


def test_nothing_is_captured_of_what_is_declined_voided_or_pending() -> None:
    is_pending, declined, voided = (Payment.begun(an_attempt(), an_order(), usd(9)) for _ in "123")
    declined.settle(Authorisation(PaymentState.DECLINED))
    voided.void()

    for payment, no in (
        (is_pending, MoreThanAuthorised),
        (declined, PaymentDeclined),
        (voided, AlreadyVoided),
    ):
        with pytest.raises(no):
            payment.capture("c", usd(1), NOW)


def test_no_more_is_refunded_than_captured_counting_what_is_under_way() -> None:
    payment = captured(600)
    payment.refund("r", usd(500), NOW)

    with pytest.raises(MoreThanCaptured) as refused:
        payment.refund("s", usd(101), NOW)

    assert refused.value.left == usd(100)
    assert payment.refund("r", usd(500), NOW).units == 500


def test_a_refund_is_told_under_its_key_done_or_failed() -> None:
    payment = captured(600)
    payment.refund("r", usd(500), NOW)
    payment.refund("s", usd(100), NOW)

    payment.conclude(OperationKind.REFUND, "r", DONE)
    payment.conclude(OperationKind.REFUND, "s", NO)
    payment.conclude(OperationKind.REFUND, "s", DONE)  # too late: it was told

    done, failed = payment.take_events()
    assert isinstance(done, PaymentRefunded)
    assert isinstance(failed, RefundFailed)
    assert (done.key, done.amount, failed.key, failed.amount) == ("r", usd(500), "s", usd(100))
    assert (payment.refunded, payment.refundable) == (500, 100)


def test_a_capture_that_fails_is_told_with_its_reason_and_may_be_tried_again() -> None:
    payment = a_payment(1000)
    payment.capture("c", usd(1000), NOW)

    payment.conclude(OperationKind.CAPTURE, "c", NO)

    (said,) = payment.take_events()
    assert isinstance(said, CaptureFailed)
    assert (said.key, said.amount, said.reason) == ("c", usd(1000), NO.reason)
    (shown,) = payment.details().operations
    assert (shown.kind, shown.state, shown.reason) == ("capture", "failed", NO.reason)
    assert payment.uncaptured == 1000


@pytest.mark.parametrize(
    ("key", "amount"),
    [
        ("c", usd(0)),
        ("c", usd(-1)),
        ("c", Money(1, "EUR")),
        ("", usd(1)),
        ("c\n", usd(1)),
        ("c" * 256, usd(1)),
    ],
)
def test_what_cannot_be_moved_is_refused(key: str, amount: Money) -> None:
    payment = captured(600)
    before = deepcopy(payment)

    with pytest.raises(UnfitAmount):
        payment.capture(key if key != "c" else "d", amount, NOW)
    with pytest.raises(UnfitAmount):
        payment.refund(key, amount, NOW)

    assert payment == before


def test_what_is_only_held_is_given_back_by_a_void() -> None:
    payment = a_payment()

    for _ in range(2):
        payment.give_back("all", NOW)

    (operation,) = pending(payment)
    assert (operation.kind, operation.due_at) == (OperationKind.VOID, NOW)
    with pytest.raises(AlreadyVoided):
        payment.capture("c", usd(1), NOW)
    payment.conclude(OperationKind.VOID, "all", DONE)
    assert payment.state == PaymentState.VOIDED
    assert [type(event) for event in payment.take_events()] == [PaymentVoided]


def test_what_was_taken_is_given_back_by_a_refund_of_what_is_left() -> None:
    payment = captured(1000)
    payment.refund("r", usd(300), NOW)
    payment.conclude(OperationKind.REFUND, "r", DONE)
    payment.take_events()

    payment.give_back("all", NOW)
    payment.conclude(OperationKind.REFUND, "all", DONE)

    (refunded,) = payment.take_events()
    assert isinstance(refunded, PaymentRefunded)
    assert (refunded.key, refunded.amount) == ("all", usd(700))
    assert (payment.refunded, payment.uncaptured) == (1000, 0)


def test_what_is_free_or_over_is_given_back_at_once_and_said_so() -> None:
    free, voided = Payment.begun(an_attempt(), an_order(), usd(0)), a_payment()
    voided.void()
    voided.take_events()
    free.take_events()

    free.give_back("all", NOW)
    voided.give_back("all", NOW)

    assert [type(event) for event in free.take_events()] == [PaymentVoided]
    (said,) = voided.take_events()
    assert isinstance(said, PaymentRefunded)
    assert said.amount == usd(0)


def test_while_a_capture_is_awaited_nobody_knows_what_to_give_back() -> None:
    payment = a_payment()
    payment.capture("c", usd(1), NOW)
    unsettled = Payment.begun(an_attempt(), an_order(), usd(1))

    for one in (payment, unsettled):
        with pytest.raises(StillMoving):
            one.give_back("all", NOW)
        with pytest.raises(StillMoving):
            one.give_back_some("some", usd(1), NOW)


def test_a_refund_of_what_was_never_taken_only_lowers_what_may_be() -> None:
    payment = a_payment(1000)

    for _ in range(2):
        payment.give_back_some("some", usd(300), NOW)

    assert pending(payment) == []
    assert (payment.uncaptured, payment.refunded, payment.refundable) == (700, 0, 0)
    assert [type(event) for event in payment.take_events()] == [PaymentRefunded]
    with pytest.raises(MoreThanAuthorised):
        payment.capture("c", usd(701), NOW)


def test_what_the_provider_would_not_have_taken_is_not_given_back() -> None:
    payment = captured(400, of=1000)
    payment.capture_rest("parcel", NOW)
    payment.conclude(OperationKind.CAPTURE, "parcel", NO)
    payment.take_events()

    payment.give_back_some("much", usd(401), NOW)
    payment.give_back_some("some", usd(300), NOW)

    (told,) = payment.take_events()
    assert isinstance(told, RefundFailed)
    (operation,) = pending(payment)
    assert (told.key, operation.key, operation.moved) == ("much", "some", 300)


def test_a_refund_that_leaves_nothing_to_take_lets_go_of_what_is_held() -> None:
    payment = a_payment(1000)
    payment.give_back_some("some", usd(300), NOW)
    payment.take_events()

    payment.give_back_some("rest", usd(700), NOW)

    (operation,) = pending(payment)
    assert payment.provider_does(operation) == OperationKind.VOID
    payment.conclude(OperationKind.REFUND, "rest", DONE)
    assert payment.state == PaymentState.VOIDED
    assert [type(event) for event in payment.take_events()] == [PaymentVoided, PaymentRefunded]


def test_a_refund_of_more_than_is_left_to_take_gives_back_the_rest_of_it() -> None:
    payment = captured(600, of=1000)

    payment.give_back_some("some", usd(700), NOW)

    (operation,) = pending(payment)
    assert (operation.units, operation.forgone, operation.moved) == (700, 400, 300)
    assert payment.provider_does(operation) == OperationKind.REFUND
    payment.conclude(OperationKind.REFUND, "some", DONE)
    assert (payment.uncaptured, payment.refunded, payment.refundable) == (0, 300, 300)


@pytest.mark.parametrize("amount", [usd(1001), Money(1, "EUR"), usd(-1), usd(0)])
def test_a_promise_that_cannot_be_kept_has_failed(amount: Money) -> None:
    payment = a_payment(1000)

    for _ in range(2):
        payment.give_back_some("some", amount, NOW)

    assert [type(event) for event in payment.take_events()] == [RefundFailed]
    assert payment.uncaptured == 1000


def test_once_the_goods_have_left_what_may_be_taken_is_to_be_taken() -> None:
    payment = a_payment(1000)
    payment.give_back_some("some", usd(300), NOW)

    for _ in range(2):
        payment.capture_rest("parcel", NOW)

    (operation,) = pending(payment)
    assert (operation.kind, operation.units) == (OperationKind.CAPTURE, 700)


def test_what_could_not_be_done_is_tried_later_and_later() -> None:
    payment = captured(600)
    payment.refund("r", usd(1), NOW)

    waits = []
    for _ in range(12):
        payment.postpone(OperationKind.REFUND, "r", NOW)
        (operation,) = pending(payment)
        waits.append((operation.due_at - NOW).total_seconds())

    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (1, 300)


VERBS = st.sampled_from(["capture", "refund", "give_back_some", "give_back", "capture_rest"])


@given(st.lists(st.tuples(VERBS, st.integers(1, 8), st.booleans()), max_size=12))
def test_money_always_adds_up(wishes: list[tuple[str, int, bool]]) -> None:
    payment = a_payment(10)
    for number, (verb, units, is_done) in enumerate(wishes):
        try:
            if verb in ("give_back", "capture_rest"):
                getattr(payment, verb)(str(number), NOW)
            else:
                getattr(payment, verb)(str(number), usd(units), NOW)
        except (Refusal, StillMoving):
            pass
        for operation in pending(payment)[:1]:
            payment.conclude(operation.kind, operation.key, DONE if is_done else NO)

        assert 0 <= payment.refunded <= payment.captured <= 10
        assert min(payment.uncaptured, payment.refundable) >= 0
        assert payment.captured + payment.uncaptured <= 10
        if payment.state == PaymentState.VOIDED:
            assert payment.captured == 0


def test_a_void_that_the_provider_refuses_is_told_as_a_failed_refund() -> None:
    payment = a_payment()
    payment.give_back("all", NOW)

    payment.conclude(OperationKind.VOID, "all", NO)

    assert payment.state == PaymentState.AUTHORISED
    assert [type(event) for event in payment.take_events()] == [RefundFailed]
