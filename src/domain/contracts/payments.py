"""The payments context as all others see it: money authorised, captured, given back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.shared.model import Event, NotFound, Refusal, Unfit
from domain.shared.values import AttemptId, Money, OrderId

MOST_OF_A_PAGE = 100
"""Payments, or records of the provider."""
MOST_LOOK_UPS = 10
"""The provider is asked for one after the other, within the deadline of a call."""


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
class PaymentOperation:
    """Money of a payment that was to be moved, and what became of it.

    `kind` is capture, refund or void; `state` is pending, done or failed, and `reason` says why.
    """

    kind: str
    key: str
    amount: Money
    state: str
    reason: str | None = None


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
    operations: tuple[PaymentOperation, ...] = ()


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
class FindPayment:
    attempt_id: AttemptId


@dataclass(frozen=True, kw_only=True)
class ListPayments:
    """`after` is the `next` of the page before. What was given up before it began is passed
    over.
    """

    state: str | None = None
    order_id: OrderId | None = None
    after: str | None = None
    most: int = 20


@dataclass(frozen=True, kw_only=True)
class PaymentPage:
    """The newest first. `next` is empty on the last page."""

    items: tuple[Payment, ...]
    next: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reconcile:
    """A page of the comparison; `after` is the `next` of the one before. With `only`, no page, but
    whether the provider has heard of these, `MOST_LOOK_UPS` at the most.
    """

    since: datetime | None = None
    after: str | None = None
    most: int = 20
    only: tuple[AttemptId, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What our books and the provider's say of one payment, where that is not the same.

    `kind` is missing_here, missing_there, state, amount, captured or refunded; `reference` is the
    provider's own name of it.
    """

    kind: str
    attempt_id: AttemptId
    reference: str | None = None
    here: str | None = None
    there: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """How many were compared, and how many could not be because they are just moving.

    `there` are those that the provider has told of, on pages of its books; `held` are those that
    hold money by ours, on pages of those.
    """

    compared: int
    moving: int
    differences: tuple[Difference, ...]
    next: str | None = None
    there: tuple[AttemptId, ...] = ()
    held: tuple[AttemptId, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PaymentAuthorised(Event, name="payments.payment_authorised.v1"):
    attempt_id: AttemptId
    order_id: OrderId
    amount: Money


@dataclass(frozen=True, kw_only=True)
class AuthorisationLapsing(Event, name="payments.authorisation_lapsing.v1"):
    """Nothing has been taken of an `amount` that is held, and about `lapses_at` the provider lets go
    of it. Told once of a payment.
    """

    attempt_id: AttemptId
    order_id: OrderId
    amount: Money
    lapses_at: datetime


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
class CaptureFailed(Event, name="payments.capture_failed.v1"):
    """Money that was held could not be taken; `reason` says why, for staff."""

    attempt_id: AttemptId
    order_id: OrderId
    key: str
    amount: Money
    reason: str


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


@dataclass(frozen=True, kw_only=True)
class ProviderSpoke(Event, name="payments.provider_spoke.v1"):
    """The provider has something to tell of a payment: it is asked what, and never taken at its
    word. For payments alone.
    """

    attempt_id: AttemptId


@dataclass(eq=False)
class PaymentDeclined(Refusal):
    """The provider said no; `reason` may be told to the buyer."""

    attempt_id: AttemptId
    reason: str


@dataclass(eq=False)
class UnfitAmount(Unfit):
    """An amount that cannot be moved, or a key that cannot be kept, and why."""

    attempt_id: AttemptId
    because: str


@dataclass(eq=False)
class KeyReused(Refusal):
    """This key has named another amount of this payment before."""

    attempt_id: AttemptId
    key: str


@dataclass(eq=False)
class UnfitCursor(Unfit):
    """No page ended there."""

    after: str


@dataclass(eq=False)
class TooManyLookUps(Unfit):
    """The provider was to be asked about more payments than it can be within a call."""

    most: int


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
        `UnknownPayment`, `AlreadyVoided`, `PaymentDeclined`, `MoreThanAuthorised`, `KeyReused` or
        `UnfitAmount`.
        """
        ...

    async def refund(self, message: Refund, /) -> Payment:
        """Give captured money back, in whole or in part; asking again under the key gives no more.

        When the provider does not answer, it is asked again until it does. Refuses with
        `UnknownPayment`, `MoreThanCaptured`, `KeyReused`, `UnfitAmount`, or `PaymentDeclined` where
        the provider will not.
        """
        ...

    async def find_payment(self, message: FindPayment, /) -> Payment:
        """Where a payment stands, without asking the provider. Refuses with `UnknownPayment`."""
        ...

    async def list_payments(self, message: ListPayments, /) -> PaymentPage:
        """Payments, at most 100 a page. Refuses with `UnfitCursor`."""
        ...

    async def reconcile(self, message: Reconcile, /) -> Reconciliation:
        """Compare our books with the provider's, at most 100 a page: first what the provider has,
        then what we have. What is `held` here and was not met `there` may be missing: whoever
        compares asks for those again, by `only`, `MOST_LOOK_UPS` at a time. Changes nothing.
        Refuses with `UnfitCursor` or `TooManyLookUps`.
        """
        ...
