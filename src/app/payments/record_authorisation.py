from dataclasses import dataclass

from domain.payments.payment import Authorisation, Payment, PaymentState
from domain.payments.ports import Begin, PaymentProvider
from domain.shared.model import Conflict


@dataclass(frozen=True)
class RecordAuthorisation:
    """Writes down what the provider said of a payment that was pending when it was asked."""

    begin: Begin
    provider: PaymentProvider

    async def __call__(self, payment: Payment, said: Authorisation) -> Payment:
        """The payment as it stands then. If it was voided meanwhile it stays so, and money that
        came too late is let go of.
        """
        payment.settle(said)
        try:
            async with self.begin() as book:
                await book.save(payment)
        except Conflict:
            return await self._overtaken(payment, said)
        return payment

    async def _overtaken(self, payment: Payment, said: Authorisation) -> Payment:
        async with self.begin() as book:
            now = await book.get(payment.attempt_id)
        if now.state == PaymentState.PENDING:
            raise Conflict(payment.attempt_id)
        if now.state == PaymentState.VOIDED and said.state == PaymentState.AUTHORISED:
            await self.provider.void(payment.attempt_id)
        return now
