"""The provider's books held against ours."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.contracts.payments import Difference
from domain.payments.payment import Payment, PaymentState
from domain.shared.values import AttemptId, Money


@dataclass(frozen=True, kw_only=True)
class Record:
    """How the provider's own books have an authorisation. `reference` is its name there."""

    attempt_id: AttemptId
    reference: str
    state: PaymentState
    amount: Money | None = None
    captured: int = 0
    refunded: int = 0


@dataclass(frozen=True, kw_only=True)
class RecordPage:
    """`next` is empty on the last page."""

    records: tuple[Record, ...]
    next: str | None = None


def differences(payment: Payment | None, record: Record) -> Iterator[Difference]:
    """Where nothing is held it is all the same why: declined, given up, or never confirmed."""
    if payment is None or not payment.is_begun:
        if record.state == PaymentState.AUTHORISED:
            yield _difference("missing_here", record, None, record.state)
        return
    if _is_held(payment.state) != _is_held(record.state):
        yield _difference("state", record, payment.state, record.state)
    elif _is_held(payment.state):
        yield from _sums(payment, record)


def missing_there(payment: Payment) -> Difference:
    return Difference(
        kind="missing_there", attempt_id=payment.attempt_id, here=payment.state, there=None
    )


def _is_held(state: PaymentState) -> bool:
    return state == PaymentState.AUTHORISED


def _sums(payment: Payment, record: Record) -> Iterator[Difference]:
    if payment.amount is None or payment.amount != record.amount:
        yield _difference("amount", record, _told(payment.amount), _told(record.amount))
        return
    currency = payment.amount.currency
    for kind, here, there in (
        ("captured", payment.captured, record.captured),
        ("refunded", payment.refunded, record.refunded),
    ):
        if here != there:
            yield _difference(kind, record, f"{here} {currency}", f"{there} {currency}")


def _difference(kind: str, record: Record, here: str | None, there: str | None) -> Difference:
    return Difference(
        kind=kind,
        attempt_id=record.attempt_id,
        reference=record.reference,
        here=here,
        there=there,
    )


def _told(amount: Money | None) -> str | None:
    return f"{amount.minor_units} {amount.currency}" if amount else None
