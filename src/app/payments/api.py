"""Payments as staff see them: what was set aside, taken and given back, attempt by attempt."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import ConfigDict, Field

from app.edge.desk import After, Body, Desk, IdempotencyKey, MoneyBody, Most, Page, Whole, staff
from domain.contracts.payments import (
    AlreadyCaptured,
    AlreadyVoided,
    Capture,
    FindPayment,
    KeyReused,
    ListPayments,
    MoreThanAuthorised,
    Payment,
    PaymentDeclined,
    Payments,
    UnfitAmount,
    UnfitCursor,
    UnknownPayment,
    Void,
)
from domain.shared.ids import from_public, public
from domain.shared.values import MOST_MINOR_UNITS, AttemptId, Money, OrderId

State = Literal["pending", "authorised", "declined", "voided"]
PaymentName = Annotated[str, Path(pattern="^pay_[0-9a-f]{32}$", description="`pay_...`")]
OrderName = Annotated[
    str | None, Query(pattern="^ord_[0-9a-f]{32}$", description="Those of this order alone.")
]
Captures = (
    UnknownPayment,
    AlreadyVoided,
    PaymentDeclined,
    MoreThanAuthorised,
    KeyReused,
    UnfitAmount,
)


CAPTURED: dict[str, Any] = {
    "id": "pay_0198c1f2a3b47c5d8e9f0a1b2c3d4e5f",
    "order_id": "ord_0198c1f2a3b47c5d8e9f0a1b2c3d4e60",
    "state": "authorised",
    "amount": {"amount": 4500, "currency": "USD"},
    "captured": {"amount": 4500, "currency": "USD"},
    "refunded": {"amount": 500, "currency": "USD"},
}


class OperationBody(Body):
    """Money that was to be moved. `reason` says why it could not be."""

    kind: Literal["capture", "refund", "void"]
    key: str
    amount: MoneyBody
    state: Literal["pending", "done", "failed"]
    reason: str | None = None


class PaymentBody(Body):
    """The money of one attempt to buy. While nobody knows its outcome yet it is pending."""

    model_config = ConfigDict(json_schema_extra={"examples": [CAPTURED]})

    id: str
    order_id: str
    state: State
    amount: MoneyBody
    captured: MoneyBody
    refunded: MoneyBody
    reason: str | None = None
    operations: tuple[OperationBody, ...] = ()


class AmountBody(MoneyBody):
    amount: Whole = Field(ge=-MOST_MINOR_UNITS, le=MOST_MINOR_UNITS)
    currency: str = Field(pattern="^[A-Z]{3}$")


class CaptureBody(Body):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"amount": {"amount": 1999, "currency": "USD"}}]}
    )

    amount: AmountBody


def router(payments: Payments, desk: Desk) -> APIRouter:
    routes = desk.routes("payments")

    @routes.get("/payments", **staff("list_payments", "payments:read", UnfitCursor))
    async def list_payments(
        state: Annotated[State | None, Query(description="Those in this state alone.")] = None,
        order_id: OrderName = None,
        after: After = None,
        limit: Most = 20,
    ) -> Page[PaymentBody]:
        """The newest first."""
        order = from_public("ord", order_id) if order_id else None
        page = await payments.list_payments(
            ListPayments(
                state=state, order_id=OrderId(order) if order else None, after=after, most=limit
            )
        )
        return Page(items=tuple(_body(payment) for payment in page.items), next=page.next)

    @routes.get("/payments/{payment_id}", **staff("get_payment", "payments:read", UnknownPayment))
    async def get_payment(payment_id: PaymentName) -> PaymentBody:
        """As our books have it; the provider is not asked."""
        found = await payments.find_payment(FindPayment(attempt_id=_attempt(payment_id)))
        return _body(found)

    @routes.post(
        "/payments/{payment_id}/captures", **staff("capture_payment", "payments:write", *Captures)
    )
    async def capture_payment(
        payment_id: PaymentName, key: IdempotencyKey, body: CaptureBody
    ) -> PaymentBody:
        """Take what was set aside, in whole or in part, once for each key. Some providers let go of
        the rest then.
        """
        message = Capture(
            attempt_id=_attempt(payment_id), key=f"staff:{key}", amount=_money(body.amount)
        )
        return _body(await payments.capture(message))

    @routes.post(
        "/payments/{payment_id}/void",
        **staff("void_payment", "payments:write", UnknownPayment, AlreadyCaptured),
    )
    async def void_payment(payment_id: PaymentName, _key: IdempotencyKey) -> PaymentBody:
        """Let go of what was set aside, for good. Whatever the key, a void is the same void."""
        one = FindPayment(attempt_id=_attempt(payment_id))
        await payments.find_payment(one)
        await payments.void(Void(attempt_id=one.attempt_id))
        return _body(await payments.find_payment(one))

    return routes


def _attempt(name: str) -> AttemptId:
    if found := from_public("pay", name):
        return AttemptId(found)
    raise ValueError(name)


def _money(body: MoneyBody) -> Money:
    return Money(body.amount, body.currency)


def _shown(money: Money) -> MoneyBody:
    return MoneyBody(amount=money.minor_units, currency=money.currency)


def _body(payment: Payment) -> PaymentBody:
    return PaymentBody(
        id=public("pay", payment.attempt_id),
        order_id=public("ord", payment.order_id),
        state=payment.state,  # type: ignore[arg-type]  # one of them
        amount=_shown(payment.amount),
        captured=_shown(payment.captured),
        refunded=_shown(payment.refunded),
        reason=payment.reason,
        operations=tuple(
            OperationBody(
                kind=one.kind,  # type: ignore[arg-type]  # one of them
                key=one.key,
                amount=_shown(one.amount),
                state=one.state,  # type: ignore[arg-type]  # one of them
                reason=one.reason,
            )
            for one in payment.operations
        ),
    )
