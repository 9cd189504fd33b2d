"""The payments context as all others see it: money authorised, captured, given back."""

from dataclasses import dataclass
from typing import Protocol

from domain.shared.model import Event, NotFound, Refusal
from domain.shared.values import AttemptId, Money, OrderId


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """What the buyer pays with. `token` is secret: passed on to the provider, never stored."""

    handler_id: str
    token: str
    kind: str = "card"

    def __repr__(self) -> str:
        return f"Instrument(handler_id={self.handler_id!r}, kind={self.kind!r}, token=...)"


@dataclass(frozen=True, kw_only=True)
class Authorise:
    """`instrument` may be missing only where there is nothing to pay."""

    attempt_id: AttemptId
    order_id: OrderId
    amount: Money
    instrument: Instrument | None = None


@dataclass(frozen=True, kw_only=True)
class Payment:
    """Where one payment stands; amounts in the currency of `authorised`.

    `state` is pending, authorised, declined or voided; a payment whose outcome nobody knows yet is
    pending. `reason` says why it was declined.
    """

    attempt_id: AttemptId
    order_id: OrderId
    amount: Money
    state: str
    captured: Money
    refunded: Money
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Settle:
    attempt_id: AttemptId


@dataclass(frozen=True, kw_only=True)
class Settled:
    """The payment of an attempt, if there ever was one."""

    payment: Payment | None


@dataclass(frozen=True, kw_only=True)
class Void:
    attempt_id: AttemptId


@dataclass(frozen=True, kw_only=True)
class Voided:
    attempt_id: AttemptId


@dataclass(frozen=True, kw_only=True)
class Capture:
    """`key` names this capture among those of its payment."""

    attempt_id: AttemptId
    key: str
    amount: Money


@dataclass(frozen=True, kw_only=True)
class Refund:
    """`key` names this refund among those of its payment."""

    attempt_id: AttemptId
    key: str
    amount: Money


@dataclass(frozen=True, kw_only=True)
class PaymentAuthorised(Event, name="payments.payment_authorised.v1"):
    attempt_id: AttemptId
    order_id: OrderId
    amount: Money


@dataclass(frozen=True, kw_only=True)
class PaymentVoided(Event, name="payments.payment_voided.v1"):
    attempt_id: AttemptId
    order_id: OrderId
    amount: Money


@dataclass(frozen=True, kw_only=True)
class PaymentCaptured(Event, name="payments.payment_captured.v1"):
    attempt_id: AttemptId
    order_id: OrderId
    key: str
    amount: Money


@dataclass(frozen=True, kw_only=True)
class PaymentRefunded(Event, name="payments.payment_refunded.v1"):
    """`key` is the one the refund was asked for under."""

    attempt_id: AttemptId
    order_id: OrderId
    key: str
    amount: Money


@dataclass(frozen=True, kw_only=True)
class RefundFailed(Event, name="payments.refund_failed.v1"):
    attempt_id: AttemptId
    order_id: OrderId
    key: str
    amount: Money
    reason: str


@dataclass(eq=False)
class PaymentDeclined(Refusal):
    """The provider said no; `reason` may be told to the buyer."""

    attempt_id: AttemptId
    reason: str


@dataclass(eq=False)
class UnfitAmount(Refusal):
    """An amount that cannot be moved, or a key that cannot be kept; `because` says why."""

    attempt_id: AttemptId
    because: str


@dataclass(eq=False)
class UnknownHandler(Refusal):
    """No provider is kept here for this payment handler."""

    handler_id: str


@dataclass(eq=False)
class AlreadyVoided(Refusal):
    attempt_id: AttemptId


@dataclass(eq=False)
class AlreadyCaptured(Refusal):
    """Money has moved: it goes back by a refund, not by a void."""

    attempt_id: AttemptId


@dataclass(eq=False)
class OtherPaymentAttempted(Refusal):
    """This attempt has asked for another amount before."""

    attempt_id: AttemptId


@dataclass(eq=False)
class UnknownPayment(NotFound):
    attempt_id: AttemptId


@dataclass(eq=False)
class MoreThanAuthorised(Refusal):
    attempt_id: AttemptId
    left: Money


@dataclass(eq=False)
class MoreThanCaptured(Refusal):
    attempt_id: AttemptId
    left: Money


class Payments(Protocol):
    async def authorise(self, message: Authorise, /) -> Payment:
        """Set the money of an attempt aside at the provider; asking again answers the same.

        Nothing to pay is authorised without a provider. Refuses with `PaymentDeclined`,
        `UnknownHandler`, `AlreadyVoided`, `OtherPaymentAttempted` or `UnfitAmount`. When the
        provider does not answer, the outcome is unknown until `settle` finds it.
        """
        ...

    async def settle(self, message: Settle, /) -> Settled:
        """Where the payment of an attempt stands, having asked the provider if it is pending.

        Never refuses. A provider that knows nothing of it leaves it pending: it may still come.
        """
        ...

    async def void(self, message: Void, /) -> Voided:
        """Give up an attempt's money, for good: an `authorise` that comes later is refused.

        Works where nothing was authorised too; asking again changes nothing. Refuses with
        `AlreadyCaptured`.
        """
        ...

    async def capture(self, message: Capture, /) -> Payment:
        """Take authorised money, in whole or in part; asking again under the key takes no more.

        When the provider does not answer, it is asked again until it does. Refuses with
        `UnknownPayment`, `AlreadyVoided`, `PaymentDeclined`, `MoreThanAuthorised` or `UnfitAmount`.
        """
        ...

    async def refund(self, message: Refund, /) -> Payment:
        """Give captured money back, in whole or in part; asking again under the key gives no more.

        When the provider does not answer, it is asked again until it does. Refuses with
        `UnknownPayment`, `MoreThanCaptured`, `UnfitAmount`, or `PaymentDeclined` where the provider
        will not.
        """
        ...
