from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncEngine

from app.payments.ask_provider import AskProvider
from app.payments.authorise_payment import AuthoriseHandler
from app.payments.capture_payment import CaptureHandler
from app.payments.find_payment import FindPaymentHandler
from app.payments.list_payments import ListPaymentsHandler
from app.payments.perform_operation import PerformOperation
from app.payments.perform_operations import PerformOperations
from app.payments.reconcile_payments import ReconcileHandler
from app.payments.record_authorisation import RecordAuthorisation
from app.payments.refund_payment import RefundHandler
from app.payments.service import PaymentsService
from app.payments.settle_payment import SettleHandler
from app.payments.void_payment import VoidHandler
from domain.contracts.payments import Authorise, Instrument
from domain.payments.payment import Authorisation, Payment, PaymentState
from domain.payments.ports import Begin, PaymentProvider
from domain.shared.values import AttemptId, Money, OrderId
from infrastructure.payments.ledger import Entry, Ledger
from infrastructure.payments.payment_book import SqlPaymentBook
from infrastructure.payments.test_provider import TestProvider
from infrastructure.shared.database.engines import transaction

NOW = datetime(2026, 4, 8, 12, tzinfo=UTC)
HANDLER = "mock_payment_handler"


def an_attempt() -> AttemptId:
    return AttemptId(uuid4())


def an_order() -> OrderId:
    return OrderId(uuid4())


def usd(minor_units: int) -> Money:
    return Money(minor_units, "USD")


def an_instrument(token: str = "success_token", handler_id: str = HANDLER) -> Instrument:
    return Instrument(handler_id=handler_id, token=token)


def to_authorise(
    minor_units: int = 1000,
    token: str = "success_token",
    attempt_id: AttemptId | None = None,
    handler_id: str = HANDLER,
) -> Authorise:
    return Authorise(
        attempt_id=attempt_id or an_attempt(),
        order_id=an_order(),
        amount=usd(minor_units),
        instrument=an_instrument(token, handler_id),
    )


def a_payment(minor_units: int = 1000) -> Payment:
    """An authorised one."""
    payment = Payment.begun(an_attempt(), an_order(), usd(minor_units))
    payment.settle(Authorisation(PaymentState.AUTHORISED))
    payment.take_events()
    return payment


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class FailsFor:
    """A provider that fails as nobody foresaw when it is asked about one attempt."""

    attempt_id: AttemptId
    provider: PaymentProvider

    def __getattr__(self, name: str) -> Any:
        made = getattr(self.provider, name)

        async def asked(attempt_id: AttemptId, *more: object) -> Any:
            if attempt_id == self.attempt_id:
                raise ZeroDivisionError
            return await made(attempt_id, *more)

        return asked


@dataclass
class Desk:
    """Payments on a real database, with a test provider of its own."""

    engine: AsyncEngine
    ledger: Ledger
    provider: PaymentProvider
    begin: Begin
    clock: Clock = field(default_factory=Clock)

    def service(self, provider: PaymentProvider | None = None) -> PaymentsService:
        begin, provider = self.begin, provider or self.provider
        record = RecordAuthorisation(begin, provider)
        perform = PerformOperation(begin, provider)
        return PaymentsService(
            authorise=AuthoriseHandler(begin, provider, record),
            settle=SettleHandler(begin, provider, record),
            void=VoidHandler(begin, provider),
            capture=CaptureHandler(begin, perform, self.clock),
            refund=RefundHandler(begin, perform, self.clock),
            find_payment=FindPaymentHandler(begin),
            list_payments=ListPaymentsHandler(begin),
            reconcile=ReconcileHandler(begin, provider, self.clock),
        )

    async def perform(self, provider: PaymentProvider | None = None) -> bool:
        """Do what is due."""
        one = PerformOperation(self.begin, provider or self.provider)
        return await PerformOperations(self.begin, one, self.clock)()

    async def ask(self, provider: PaymentProvider | None = None) -> bool:
        """Ask the provider about what it had something to tell of."""
        begin, provider = self.begin, provider or self.provider
        record, perform = RecordAuthorisation(begin, provider), PerformOperation(begin, provider)
        return await AskProvider(begin, provider, record, perform, self.clock)()

    async def payment(self, attempt_id: AttemptId) -> Payment:
        async with self.begin() as book:
            return await book.get(attempt_id)

    def entry(self, attempt_id: AttemptId) -> Entry | None:
        return next((e for e in self.ledger.entries() if e.key == str(attempt_id)), None)


def a_desk(engine: AsyncEngine, folder: Path, provider_seconds: float = 1.5) -> Desk:
    ledger = Ledger(folder / "provider.db")
    provider = TestProvider(ledger, (HANDLER,), provider_seconds)
    return Desk(engine, ledger, provider, partial(transaction, engine, SqlPaymentBook))
