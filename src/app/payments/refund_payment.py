from dataclasses import dataclass

from app.payments.perform_operation import PerformOperation
from domain.contracts.payments import Payment as PaymentDetails
from domain.contracts.payments import Refund
from domain.payments.operation import OperationKind
from domain.payments.ports import Begin
from domain.shared.clock import Clock


@dataclass(frozen=True)
class RefundHandler:
    begin: Begin
    perform: PerformOperation
    clock: Clock

    async def __call__(self, message: Refund, /) -> PaymentDetails:
        async with self.begin() as book:
            payment = await book.get(message.attempt_id)
            operation = payment.refund(message.key, message.amount, self.clock())
            await book.save(payment)
        if operation.is_pending:
            payment = await self.perform(payment, operation)
        payment.require_done(OperationKind.REFUND, message.key)
        return payment.details()
