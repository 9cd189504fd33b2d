"""The money of one attempt to buy."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from domain.contracts.payments import (
    AlreadyCaptured,
    AlreadyVoided,
    AuthorisationLapsing,
    CaptureFailed,
    KeyReused,
    MoreThanAuthorised,
    MoreThanCaptured,
    OtherPaymentAttempted,
    PaymentAuthorised,
    PaymentCaptured,
    PaymentDeclined,
    PaymentOperation,
    PaymentRefunded,
    PaymentVoided,
    RefundFailed,
    UnfitAmount,
)
from domain.contracts.payments import Payment as PaymentDetails
from domain.payments.operation import Operation, OperationKind, OperationState, Verdict
from domain.shared.model import Aggregate, NotYet
from domain.shared.values import AttemptId, Money, OrderId

Told = TypeVar("Told", CaptureFailed, PaymentCaptured, PaymentRefunded, RefundFailed)
KEY_LENGTH = 255
PATIENCE = timedelta(seconds=30)
"""Who asked for an operation sees to it; only if it is pending after this, others do."""
NOT_SO_MUCH = "There is not so much to give back."


class PaymentState(StrEnum):
    PENDING = "pending"
    AUTHORISED = "authorised"
    DECLINED = "declined"
    VOIDED = "voided"


class StillMoving(NotYet):
    """What is to be done depends on an answer of the provider that is still awaited."""


@dataclass(frozen=True)
class Authorisation:
    """How an authorisation stands at the provider: authorised, declined or voided."""

    state: PaymentState
    reason: str | None = None


@dataclass
class Payment(Aggregate):
    """What is set aside for an attempt, and what was taken and given back of it.

    Never is more captured than authorised, nor more refunded than captured; what is under way
    counts. A voided one may never have been begun: then nothing else is known of it.
    """

    attempt_id: AttemptId
    order_id: OrderId | None = None
    amount: Money | None = None
    state: PaymentState = PaymentState.PENDING
    reason: str | None = None
    operations: tuple[Operation, ...] = ()
    warned_at: datetime | None = None

    @classmethod
    def begun(cls, attempt_id: AttemptId, order_id: OrderId, amount: Money) -> "Payment":
        """A new one: pending, or authorised at once where there is nothing to pay."""
        if amount.minor_units < 0:
            raise UnfitAmount(attempt_id, "nobody pays less than nothing")
        payment = cls(attempt_id, order_id, amount)
        if payment.is_free:
            payment.settle(Authorisation(PaymentState.AUTHORISED))
        return payment

    @classmethod
    def never(cls, attempt_id: AttemptId) -> "Payment":
        """The tombstone of an attempt that has no payment yet, lest it pay too late."""
        return cls(attempt_id, state=PaymentState.VOIDED)

    @property
    def is_free(self) -> bool:
        """Nothing is to be paid, so the provider knows nothing of it."""
        return self.amount is not None and self.amount.minor_units == 0

    @property
    def is_begun(self) -> bool:
        """An amount was asked for, so there is something to tell."""
        return self.amount is not None

    @property
    def is_moving(self) -> bool:
        """What the provider was asked for and what it did may differ just now."""
        return any(operation.is_pending for operation in self.operations)

    @property
    def is_over(self) -> bool:
        """Nothing is held, and nothing will be."""
        return self.state in (PaymentState.DECLINED, PaymentState.VOIDED)

    @property
    def is_taken(self) -> bool:
        """Money has been taken, or may have been."""
        return any(operation.counts for operation in self._of(OperationKind.CAPTURE))

    @property
    def captured(self) -> int:
        done = (o for o in self._of(OperationKind.CAPTURE) if o.state == OperationState.DONE)
        return sum(operation.units for operation in done)

    @property
    def refunded(self) -> int:
        done = (o for o in self._of(OperationKind.REFUND) if o.state == OperationState.DONE)
        return sum(operation.moved for operation in done)

    @property
    def uncaptured(self) -> int:
        """What may still be taken."""
        if self.state != PaymentState.AUTHORISED or self.amount is None:
            return 0
        if any(operation.is_pending for operation in self._of(OperationKind.VOID)):
            return 0
        taken = sum(o.units for o in self._of(OperationKind.CAPTURE) if o.counts)
        forgone = sum(o.forgone for o in self._of(OperationKind.REFUND) if o.counts)
        return self.amount.minor_units - taken - forgone

    @property
    def refundable(self) -> int:
        """What was taken and may still be given back."""
        return self.captured - sum(o.moved for o in self._of(OperationKind.REFUND) if o.counts)

    def require_same(self, order_id: OrderId, amount: Money) -> None:
        """Asking again is harmless, asking for something else is not. Refuses what was refused."""
        if self.state == PaymentState.VOIDED:
            raise AlreadyVoided(self.attempt_id)
        if (self.order_id, self.amount) != (order_id, amount):
            raise OtherPaymentAttempted(self.attempt_id)
        self.require_not_declined()

    def require_not_declined(self) -> None:
        if self.state == PaymentState.DECLINED:
            raise PaymentDeclined(self.attempt_id, self.reason or "")

    def settle(self, said: Authorisation) -> None:
        """Take over what the provider says, if it was awaited."""
        if self.state != PaymentState.PENDING:
            return
        if said.state == PaymentState.VOIDED:
            self.void()
            return
        self.state, self.reason = said.state, said.reason
        if said.state == PaymentState.AUTHORISED:
            order_id, amount = self._told()
            self.record(
                PaymentAuthorised(attempt_id=self.attempt_id, order_id=order_id, amount=amount)
            )

    def hear(self, said: Authorisation) -> None:
        """Take over what the provider says though nobody asked it to do anything: it may have let
        go of what it held.
        """
        if self.state == PaymentState.PENDING:
            self.settle(said)
        elif said.state != PaymentState.AUTHORISED and not self.is_taken:
            self.void()

    def require_voidable(self) -> None:
        """Refuses with `AlreadyCaptured` once money has been taken, or may have been."""
        if self.is_taken:
            raise AlreadyCaptured(self.attempt_id)

    def void(self) -> None:
        """Nothing is held any more, or ever."""
        if self.is_over:
            return
        self.state = PaymentState.VOIDED
        order_id, amount = self._told()
        self.record(PaymentVoided(attempt_id=self.attempt_id, order_id=order_id, amount=amount))

    def warn(self, lapses_at: datetime, now: datetime) -> bool:
        """Have it told, once, that what is held will be let go of by then, for nothing was taken or
        is being taken. Whether it was told now.
        """
        if self.warned_at or self.is_taken or self.uncaptured <= 0:
            return False
        self.warned_at = now
        order_id, total = self._told()
        self.record(
            AuthorisationLapsing(
                attempt_id=self.attempt_id,
                order_id=order_id,
                amount=Money(self.uncaptured, total.currency),
                lapses_at=lapses_at,
            )
        )
        return True

    def capture(self, key: str, amount: Money, now: datetime) -> Operation:
        """Take money; asking again under the key takes no more, and answers the same."""
        if known := self._known(OperationKind.CAPTURE, key, amount):
            return known
        self._require_fit(key, amount)
        self.require_not_declined()
        is_given_up = any(o.counts for o in self._of(OperationKind.VOID))
        if self.state == PaymentState.VOIDED or is_given_up:
            raise AlreadyVoided(self.attempt_id)
        if amount.minor_units > self.uncaptured:
            raise MoreThanAuthorised(self.attempt_id, Money(self.uncaptured, amount.currency))
        return self._begin(OperationKind.CAPTURE, key, amount.minor_units, now + PATIENCE)

    def capture_rest(self, key: str, now: datetime) -> None:
        """Take what may still be taken, if anything may: the goods have left."""
        if self.uncaptured > 0 and not self.find(OperationKind.CAPTURE, key):
            self._begin(OperationKind.CAPTURE, key, self.uncaptured, now)

    def refund(self, key: str, amount: Money, now: datetime) -> Operation:
        """Give captured money back; asking again under the key gives no more, and answers the
        same.
        """
        if known := self._known(OperationKind.REFUND, key, amount):
            return known
        self._require_fit(key, amount)
        if amount.minor_units > self.refundable:
            raise MoreThanCaptured(self.attempt_id, Money(self.refundable, amount.currency))
        return self._begin(OperationKind.REFUND, key, amount.minor_units, now + PATIENCE)

    def give_back(self, key: str, now: datetime) -> None:
        """Leave the buyer with nothing paid: let go of what is held, or refund what was taken.

        Raises `StillMoving` while nobody knows whether money was taken.
        """
        if self.find(OperationKind.VOID, key) or self.find(OperationKind.REFUND, key):
            return
        self._require_still()
        if self.is_free:
            self.void()
        elif self.state == PaymentState.AUTHORISED and not self.captured:
            self._begin(OperationKind.VOID, key, self._told()[1].minor_units, now)
        else:
            forgone = self.uncaptured
            self._give(key, self.refundable + forgone, forgone, now)

    def give_back_some(self, key: str, amount: Money, now: datetime) -> None:
        """Keep a promise to give money back, in whole or in part.

        What has not been taken yet is given up first: that costs nobody anything. When this leaves
        nothing to take, and nothing was taken, what is held is let go of. A promise that cannot be
        kept has failed. Raises `StillMoving` while nobody knows whether money was taken.
        """
        if self.find(OperationKind.REFUND, key):
            return
        self._require_still()
        _, total = self._told()
        units = amount.minor_units
        forgone = self._to_forgo
        if amount.currency == total.currency and 0 < units <= forgone + self.refundable:
            self._give(key, units, min(units, forgone), now)
        else:
            self._begin(OperationKind.REFUND, key, max(units, 0), now)
            self.conclude(OperationKind.REFUND, key, Verdict(NOT_SO_MUCH))

    @property
    def _to_forgo(self) -> int:
        """What may be given up instead of being given back. Once the provider would not have it
        taken there is nothing to give up: who is refunded gets money, or hears that there is none.
        """
        captures = self._of(OperationKind.CAPTURE)
        is_refused = bool(captures) and captures[-1].state == OperationState.FAILED
        return 0 if is_refused else self.uncaptured

    def provider_does(self, operation: Operation) -> OperationKind:
        """What the provider is to be asked for: a refund of nothing that was taken is a void."""
        is_refund = operation.kind == OperationKind.REFUND
        return OperationKind.VOID if is_refund and not operation.moved else operation.kind

    def conclude(self, kind: OperationKind, key: str, verdict: Verdict) -> None:
        """Take over what the provider says to an operation, if it was awaited."""
        operation = self.find(kind, key)
        if not operation or not operation.is_pending:
            return
        state = OperationState.DONE if verdict.is_done else OperationState.FAILED
        self._put(replace(operation, state=state, reason=verdict.reason))
        if verdict.reason is not None and kind == OperationKind.CAPTURE:
            self._tell(CaptureFailed, operation, reason=verdict.reason)
        elif verdict.reason is not None:
            self._tell(RefundFailed, operation, reason=verdict.reason)
        elif kind == OperationKind.CAPTURE:
            self._tell(PaymentCaptured, operation)
        elif kind == OperationKind.VOID:
            self.void()
        else:
            if self._holds_for_nothing(operation):
                self.void()
            self._tell(PaymentRefunded, operation)

    def reverse(self, key: str, verdict: Verdict) -> None:
        """Take over that a refund, which was done, has come back."""
        refund = self.find(OperationKind.REFUND, key)
        if refund and refund.state == OperationState.DONE and verdict.reason is not None:
            self._put(replace(refund, state=OperationState.FAILED, reason=verdict.reason))
            self._tell(RefundFailed, refund, reason=verdict.reason)

    def postpone(self, kind: OperationKind, key: str, now: datetime) -> None:
        """The provider could not be asked: it will be, later."""
        if (operation := self.find(kind, key)) and operation.is_pending:
            self._put(operation.postponed(now))

    def require_done(self, kind: OperationKind, key: str) -> None:
        """Refuses with `PaymentDeclined` where the provider would not."""
        operation = self.find(kind, key)
        if operation and operation.state == OperationState.FAILED:
            raise PaymentDeclined(self.attempt_id, operation.reason or "")

    def find(self, kind: OperationKind, key: str) -> Operation | None:
        return next((o for o in self._of(kind) if o.key == key), None)

    def details(self) -> PaymentDetails:
        order_id, amount = self._told()
        return PaymentDetails(
            attempt_id=self.attempt_id,
            order_id=order_id,
            amount=amount,
            state=self.state,
            captured=Money(self.captured, amount.currency),
            refunded=Money(self.refunded, amount.currency),
            reason=self.reason,
            operations=tuple(
                PaymentOperation(
                    kind=one.kind,
                    key=one.key,
                    amount=Money(one.units, amount.currency),
                    state=one.state,
                    reason=one.reason,
                )
                for one in self.operations
            ),
        )

    @property
    def moved_refunds(self) -> list[Operation]:
        """Those that the provider was asked for, and did."""
        done = (o for o in self._of(OperationKind.REFUND) if o.state == OperationState.DONE)
        return [operation for operation in done if operation.moved]

    @property
    def tried_in_vain(self) -> list[Operation]:
        """What the provider has not answered yet, and nobody waits for."""
        return [
            operation for operation in self.operations if operation.is_pending and operation.tries
        ]

    def _of(self, kind: OperationKind) -> list[Operation]:
        return [operation for operation in self.operations if operation.kind == kind]

    def _told(self) -> tuple[OrderId, Money]:
        if self.order_id is None or self.amount is None:
            raise LookupError(f"attempt {self.attempt_id} was given up before it paid")
        return self.order_id, self.amount

    def _known(self, kind: OperationKind, key: str, amount: Money) -> Operation | None:
        """What was asked for under this key before, if it was the same."""
        known = self.find(kind, key)
        if known and Money(known.units, self._told()[1].currency) != amount:
            raise KeyReused(self.attempt_id, key)
        return known

    def _require_fit(self, key: str, amount: Money) -> None:
        if not key.strip() or len(key) > KEY_LENGTH or not key.isprintable():
            raise UnfitAmount(self.attempt_id, f"a key has 1 to {KEY_LENGTH} printable characters")
        if amount.minor_units <= 0:
            raise UnfitAmount(self.attempt_id, "an amount that moves is more than nothing")
        if self.amount and amount.currency != self.amount.currency:
            raise UnfitAmount(self.attempt_id, f"it is paid in {self.amount.currency}")

    def _require_still(self) -> None:
        is_moving = any(operation.is_pending for operation in self._of(OperationKind.CAPTURE))
        if self.state == PaymentState.PENDING or is_moving:
            raise StillMoving(f"the provider has not answered for attempt {self.attempt_id}")

    def _begin(
        self, kind: OperationKind, key: str, units: int, due_at: datetime, forgone: int = 0
    ) -> Operation:
        operation = Operation(kind=kind, key=key, units=units, due_at=due_at, forgone=forgone)
        self.operations += (operation,)
        return operation

    def _put(self, changed: Operation) -> None:
        name = (changed.kind, changed.key)
        self.operations = tuple(
            changed if (operation.kind, operation.key) == name else operation
            for operation in self.operations
        )

    def _give(self, key: str, units: int, forgone: int, now: datetime) -> None:
        operation = self._begin(OperationKind.REFUND, key, units, now, forgone)
        if not operation.moved and not self._holds_for_nothing(operation):
            self.conclude(OperationKind.REFUND, key, Verdict())

    def _holds_for_nothing(self, refund: Operation) -> bool:
        """Whether it leaves money set aside of which none was or will be taken."""
        gives_up = refund.forgone > 0 and self.state == PaymentState.AUTHORISED
        return gives_up and not self.captured and not self.uncaptured

    def _tell(self, event: type[Told], operation: Operation, **more: str) -> None:
        order_id, total = self._told()
        amount = Money(operation.units, total.currency)
        name = {"attempt_id": self.attempt_id, "order_id": order_id, "key": operation.key}
        self.record(event(**name, amount=amount, **more))  # type: ignore[arg-type]
