"""What the payments model needs from the world."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.contracts.payments import Instrument
from domain.payments.operation import OperationKind, Verdict
from domain.payments.payment import Authorisation, Payment
from domain.shared.values import AttemptId, Money, OrderId


@dataclass(frozen=True, slots=True)
class Due:
    """The name of an operation whose time has come."""

    attempt_id: AttemptId
    kind: OperationKind
    key: str


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

    async def save(self, payment: Payment) -> None:
        """Store what changed and send its events with it. Raises `Conflict` if it is stale.

        What has not changed since it was found in this transaction is not stored.
        """
        ...

    async def due(self, now: datetime, *, most: int) -> list[Due]:
        """Pending operations whose time has come, the oldest first."""
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
        """Give captured money back."""
        ...
