from dataclasses import dataclass

from structlog import get_logger

from domain.payments.operation import Operation, OperationKind, Verdict
from domain.payments.payment import Payment
from domain.payments.ports import Begin, PaymentProvider
from domain.shared.ids import public
from domain.shared.values import Money

log = get_logger(__name__)


@dataclass(frozen=True)
class PerformOperation:
    """Has the provider do what was written down to be done, and writes down what it says.

    Doing it twice does nothing twice, for the provider knows the operation by its key.
    """

    begin: Begin
    provider: PaymentProvider

    async def __call__(self, payment: Payment, operation: Operation) -> Payment:
        """The payment as it stands then. Raises `OutcomeUnknown` if the provider did not answer:
        the operation is then still to be done.
        """
        verdict = await self._asked(payment, operation)
        async with self.begin() as book:
            payment = await book.get(payment.attempt_id)
            payment.conclude(operation.kind, operation.key, verdict)
            await book.save(payment)
        if operation.kind == OperationKind.CAPTURE and not verdict.is_done:
            told = payment.details()
            log.error(
                "money could not be taken",
                payment_id=public("pay", told.attempt_id),
                order_id=public("ord", told.order_id),
                reason=verdict.reason,
            )
        return payment

    async def _asked(self, payment: Payment, operation: Operation) -> Verdict:
        money = Money(operation.moved, payment.details().amount.currency)
        match payment.provider_does(operation):
            case OperationKind.CAPTURE:
                return await self.provider.capture(payment.attempt_id, operation.key, money)
            case OperationKind.REFUND:
                return await self.provider.refund(payment.attempt_id, operation.key, money)
            case OperationKind.VOID:
                return await self.provider.void(payment.attempt_id)
