from dataclasses import dataclass

from domain.contracts.ordering import NothingToDeliver
from domain.payments.ports import PaymentBook
from domain.shared.clock import Clock
from domain.shared.ids import public


@dataclass(frozen=True)
class CaptureUndelivered:
    """Where no parcel will ever leave the money is to be taken at once, unless it was given up."""

    clock: Clock

    async def __call__(self, book: PaymentBook, placed: NothingToDeliver, /) -> None:
        payment = await book.get(placed.attempt_id)
        payment.capture_rest(public("ord", placed.order_id), self.clock())
        await book.save(payment)
