"""What the payments model needs from the world."""

from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.contracts.payments import Instrument
from domain.payments.operation import OperationKind, Verdict
from domain.payments.payment import Authorisation, Payment
from domain.payments.records import RecordPage
from domain.shared.values import AttemptId, Money, OrderId


@dataclass(frozen=True, slots=True)
class Due:
    """The name of an operation whose time has come."""

    attempt_id: AttemptId
    kind: OperationKind
    key: str


@dataclass(frozen=True, slots=True)
class Question:
    """The provider is to be asked how a payment stands."""

    attempt_id: AttemptId
    ask_at: datetime


class PaymentBook(Protocol):
    """All payments, as if they were in memory."""

    async def add(self, payment: Payment) -> bool:
        """Store a new payment and send its events with it.

        False, and nothing is stored, if there is one of its attempt.
        """
        ...

    async def get(self, attempt_id: AttemptId) -> Payment:
        """Refuses with `UnknownPayment`."""
        ...

    async def find(self, attempt_id: AttemptId) -> Payment | None: ...

    async def find_paid(self, order_id: OrderId) -> Payment | None:
        """The payment that is authorised for an order, if there is one."""
        ...

    async def find_many(self, attempt_ids: Collection[AttemptId]) -> list[Payment]:
        """Those of these attempts that there are, in no order."""
        ...

    async def page(
        self,
        *,
        state: str | None = None,
        order_id: OrderId | None = None,
        before: AttemptId | None = None,
        since: AttemptId | None = None,
        most: int,
    ) -> list[Payment]:
        """What was begun, the newest first: before this attempt, and not before that one."""
        ...

    async def save(self, payment: Payment) -> None:
        """Store what changed and send its events with it. Raises `Conflict` if it is stale.

        What has not changed since it was found in this transaction is not stored.
        """
        ...

    async def due(self, now: datetime, *, most: int) -> list[Due]:
        """Pending operations whose time has come, the oldest first."""
        ...

    async def untaken(self, *, since: AttemptId, before: AttemptId, most: int) -> list[AttemptId]:
        """Authorised payments between these attempts of which nothing was taken, or is being taken,
        and nobody was warned; in the order of their attempts.
        """
        ...

    async def ask_about(self, attempt_id: AttemptId, at: datetime) -> None:
        """Have the provider asked about a payment at this time, and not when it was to be before.

        It does not touch the payment, and so gets in nobody's way.
        """
        ...

    async def questions(self, now: datetime, *, most: int) -> list[Question]:
        """What the provider is to be asked about by now, the oldest first."""
        ...

    async def answered(self, question: Question) -> None:
        """Forget a question, unless it has been put again since."""
        ...


Begin = Callable[[], AbstractAsyncContextManager[PaymentBook]]
"""Open a transaction: it commits when the block ends, and rolls back when it raises."""


class PaymentProvider(Protocol):
    """Whoever moves the money. It knows an authorisation by our attempt, and what is done to that
    by keys of ours: asking twice does nothing twice. It is asked with no transaction open. Where a
    call breaks off it raises `OutcomeUnknown`: what was asked for may or may not have happened.
    """

    async def accepts(self, handler_id: str) -> bool:
        """Whether instruments of this payment handler can be used here."""
        ...

    async def authorise(
        self, attempt_id: AttemptId, amount: Money, instrument: Instrument
    ) -> Authorisation:
        """Set money aside. What was voided before stays voided."""
        ...

    async def look_up(self, attempt_id: AttemptId) -> Authorisation | None:
        """How an authorisation stands; nothing if it was never heard of."""
        ...

    async def void(self, attempt_id: AttemptId) -> Verdict:
        """Let go of what is set aside. Where nothing is, nothing ever will be. Refused where money
        has been captured.
        """
        ...

    async def capture(self, attempt_id: AttemptId, key: str, amount: Money) -> Verdict:
        """Take money that is set aside."""
        ...

    async def refund(self, attempt_id: AttemptId, key: str, amount: Money) -> Verdict:
        """Give captured money back. Raises `StillUnderWay` where that takes longer than a call."""
        ...

    async def look_up_refund(self, attempt_id: AttemptId, key: str) -> Verdict | None:
        """What became of a refund, which may fail long after it was done; nothing if it was never
        heard of.
        """
        ...

    async def records(self, *, since: datetime | None, after: str | None, most: int) -> RecordPage:
        """A page of its own books of what we asked it for; `after` is the `next` of the one before.

        A page may have fewer than `most`, or none.
        """
        ...
