from dataclasses import dataclass

from domain.contracts.fulfillment import ParcelShipped
from domain.payments.ports import PaymentBook
from domain.shared.clock import Clock


@dataclass(frozen=True)
class CaptureShipped:
    """Once the last parcel of an order has left, its money is to be taken."""

    clock: Clock

    async def __call__(self, book: PaymentBook, shipped: ParcelShipped, /) -> None:
        if shipped.is_last and (payment := await book.find_paid(shipped.order_id)):
            payment.capture_rest(shipped.parcel.parcel_id, self.clock())
            await book.save(payment)
