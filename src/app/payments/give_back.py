from dataclasses import dataclass

from domain.contracts.ordering import OrderCancelled
from domain.payments.ports import PaymentBook
from domain.shared.clock import Clock


@dataclass(frozen=True)
class GiveBack:
    """Nobody pays for a cancelled order: it is written down what is to be voided or refunded."""

    clock: Clock

    async def __call__(self, book: PaymentBook, cancelled: OrderCancelled, /) -> None:
        payment = await book.get(cancelled.attempt_id)
        payment.give_back(cancelled.key, self.clock())
        await book.save(payment)
