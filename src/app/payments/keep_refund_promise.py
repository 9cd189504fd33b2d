from dataclasses import dataclass

from domain.contracts.ordering import RefundRequested
from domain.payments.ports import PaymentBook
from domain.shared.clock import Clock


@dataclass(frozen=True)
class KeepRefundPromise:
    """It is written down what is to go back of the money for an order, or that it cannot."""

    clock: Clock

    async def __call__(self, book: PaymentBook, requested: RefundRequested, /) -> None:
        payment = await book.get(requested.attempt_id)
        payment.give_back_some(requested.key, requested.amount, self.clock())
        await book.save(payment)
