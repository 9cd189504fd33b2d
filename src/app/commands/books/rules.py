"""What must hold of an attempt over the books of all contexts, and what may be on its way yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from app.commands.books.standing import Standing
from domain.contracts.inventory import ReservationDetails
from domain.contracts.ordering import AttemptDetails, LedgerEntry, PromisedBack
from domain.contracts.payments import Payment, PaymentOperation
from domain.shared.values import AttemptId, Money, OrderId, Sku


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """What one context knows, and another does not, or otherwise.

    `since` is when that began which may be on its way still; without it, nothing explains it.
    """

    kind: str
    told: str
    attempt_id: AttemptId | None = None
    order_id: OrderId | None = None
    sku: Sku | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class Verdict:
    """What does not agree of one attempt, and whether something of it is under way."""

    mistakes: tuple[Mistake, ...] = ()
    is_under_way: bool = False


def judged(standing: Standing, now: datetime, patience: timedelta) -> Verdict:
    """What began less than `patience` ago may be under way: an event that is being taken over."""
    attempt = standing.attempt
    if attempt and attempt.state in ("running", "undoing"):
        if now < attempt.leased_until + patience:
            return Verdict(is_under_way=True)
        return Verdict((_stalled(attempt),))
    if _is_moving(standing.payment):
        return Verdict(is_under_way=True)
    found = tuple(_ordered(standing) if standing.order else _without_order(standing))
    late = tuple(one for one in found if not one.since or one.since + patience <= now)
    return Verdict(late, is_under_way=len(late) < len(found))


def _stalled(attempt: AttemptDetails) -> Mistake:
    return Mistake(
        kind="attempt_stalled",
        told=f"{attempt.state}, and driven by nobody since {attempt.leased_until:%F %T}",
        attempt_id=attempt.attempt_id,
        order_id=attempt.order_id,
    )


def _is_moving(payment: Payment | None) -> bool:
    """The provider has not answered yet: payments asks until it does."""
    return payment is not None and any(one.state == "pending" for one in payment.operations)


def _without_order(standing: Standing) -> Iterator[Mistake]:
    attempt, payment, reservation = standing.attempt, standing.payment, standing.reservation
    about = partial(Mistake, attempt_id=standing.attempt_id)
    came_to = f"its attempt {attempt.state}" if attempt else "no attempt is known"
    if attempt and attempt.state == "completed":
        told = "the attempt was completed, and its order is not there"
        yield about(kind="attempt_without_order", told=told, order_id=attempt.order_id)
    if payment and _holds(payment):
        held = f"{payment.state}, {_money(payment.amount)}"
        told = f"{held}, of which {_money(payment.refunded)} went back; {came_to}"
        yield about(kind="money_without_order", told=told, order_id=payment.order_id)
    if reservation and reservation.goods and reservation.state in ("held", "allocated"):
        told = f"{reservation.state}: {_goods(reservation)}; {came_to}"
        yield about(kind="stock_without_order", told=told, order_id=reservation.order_id)


def _holds(payment: Payment) -> bool:
    is_held = payment.state in ("pending", "authorised")
    return is_held and payment.amount.minor_units > payment.refunded.minor_units


def _ordered(standing: Standing) -> Iterator[Mistake]:
    order = standing.order
    assert order  # noqa: S101  # for the type checker: that is when it is called
    about = partial(Mistake, attempt_id=order.attempt_id, order_id=order.order_id)
    for kind, told, since in (
        *_of_money(order, standing.payment),
        *_of_goods(order, standing.reservation),
    ):
        yield about(kind=kind, told=told, since=since)


Remark = tuple[str, str, datetime | None]


def _of_money(order: LedgerEntry, payment: Payment | None) -> Iterator[Remark]:
    if payment is None:
        yield "order_without_payment", f"it was placed for {_money(order.total)}", None
        return
    if payment.amount != order.total:
        told = f"ordered for {_money(order.total)}, paid {_money(payment.amount)}"
        yield "other_amount", told, None
    given = sum(one.amount.minor_units for one in order.promised_back if one.status == "completed")
    is_owed = not order.cancelled_at and given < order.total.minor_units
    if payment.state in ("pending", "declined") or (payment.state == "voided" and is_owed):
        yield "order_unpaid", f"its payment is {payment.state}", None
    for promise in order.promised_back:
        yield from _of_promise(promise, payment)


def _of_promise(promise: PromisedBack, payment: Payment) -> Iterator[Remark]:
    done = _kept(promise, payment)
    if done != promise.status:
        told = f"{_money(promise.amount)}: {promise.status} in the order, {done} in payments"
        yield "refund_differs", f"{told} ({promise.key})", promise.promised_at


def _kept(promise: PromisedBack, payment: Payment) -> str:
    """What became of a promise by the books of payments, in the words of ordering."""
    operation = _operation(promise.key, payment)
    if payment.state == "voided" and not (operation and operation.state == "failed"):
        return "completed"
    if operation is None:
        return "not heard of"
    return {"done": "completed"}.get(operation.state, operation.state)


def _operation(key: str, payment: Payment) -> PaymentOperation | None:
    kinds = ("refund", "void")
    return next((one for one in payment.operations if one.key == key and one.kind in kinds), None)


def _of_goods(order: LedgerEntry, reservation: ReservationDetails | None) -> Iterator[Remark]:
    state = reservation.state if reservation else "not there"
    if (
        reservation is None
        or state == "released"
        or (state == "returned" and not order.cancelled_at)
    ):
        yield "order_without_stock", f"its reservation is {state}", None
        return
    ordered = {one.sku: one.units for one in order.goods}
    reserved = {one.sku: one.units for one in reservation.goods}
    if ordered != reserved:
        yield "other_goods", f"ordered {ordered}, reserved {reserved}", None
    if state == "held":
        yield "stock_unallocated", "it is held as for an attempt", order.placed_at
    if state == "allocated" and order.cancelled_at:
        yield "stock_unreturned", "the order is cancelled", order.cancelled_at


def _money(amount: Money) -> str:
    return f"{amount.minor_units} {amount.currency}"


def _goods(reservation: ReservationDetails) -> str:
    return ", ".join(f"{one.left} of {one.sku}" for one in reservation.goods)
