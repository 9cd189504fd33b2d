from dataclasses import dataclass

from domain.contracts.payments import AlreadyCaptured, Void, Voided
from domain.payments.payment import Payment
from domain.payments.ports import Begin, PaymentProvider


@dataclass(frozen=True)
class VoidHandler:
    """The provider lets go first, and refuses from then on whatever comes late; then it is written
    down. Whoever gets no answer asks again.
    """

    begin: Begin
    provider: PaymentProvider

    async def __call__(self, message: Void, /) -> Voided:
        async with self.begin() as book:
            if await book.add(Payment.never(message.attempt_id)):
                return Voided(attempt_id=message.attempt_id)
            payment = await book.get(message.attempt_id)
            payment.require_voidable()
            if payment.is_free:
                payment.void()
                await book.save(payment)
        if not payment.is_over:
            await self._void(payment)
        return Voided(attempt_id=message.attempt_id)

    async def _void(self, payment: Payment) -> None:
        verdict = await self.provider.void(payment.attempt_id)
        if not verdict.is_done:
            raise AlreadyCaptured(payment.attempt_id)
        async with self.begin() as book:
            payment = await book.get(payment.attempt_id)
            payment.void()
            await book.save(payment)
