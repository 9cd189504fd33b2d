from dataclasses import dataclass

from domain.contracts.payments import FindPayment, UnknownPayment
from domain.contracts.payments import Payment as PaymentDetails
from domain.payments.ports import Begin


@dataclass(frozen=True)
class FindPaymentHandler:
    begin: Begin

    async def __call__(self, message: FindPayment, /) -> PaymentDetails:
        async with self.begin() as book:
            payment = await book.get(message.attempt_id)
        if not payment.is_begun:
            raise UnknownPayment(message.attempt_id)
        return payment.details()
