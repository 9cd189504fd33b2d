from dataclasses import dataclass

from app.payments.record_authorisation import RecordAuthorisation
from domain.contracts.payments import Settle, Settled
from domain.payments.payment import PaymentState
from domain.payments.ports import Begin, PaymentProvider


@dataclass(frozen=True)
class SettleHandler:
    begin: Begin
    provider: PaymentProvider
    record: RecordAuthorisation

    async def __call__(self, message: Settle, /) -> Settled:
        async with self.begin() as book:
            payment = await book.find(message.attempt_id)
        if payment is None or payment.amount is None:
            return Settled(payment=None)
        if payment.state == PaymentState.PENDING:
            said = await self.provider.look_up(message.attempt_id)
            payment = await self.record(payment, said) if said else payment
        return Settled(payment=payment.details())
