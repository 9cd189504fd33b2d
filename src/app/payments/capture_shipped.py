from dataclasses import dataclass

from structlog import get_logger

from domain.contracts.fulfillment import ParcelShipped
from domain.payments.ports import PaymentBook
from domain.shared.clock import Clock
from domain.shared.ids import public

log = get_logger(__name__)


@dataclass(frozen=True)
class CaptureShipped:
    """Once the last parcel of an order has left, its money is to be taken. Where none is held, the
    log says so.
    """

    clock: Clock

    async def __call__(self, book: PaymentBook, shipped: ParcelShipped, /) -> None:
        if not shipped.is_last:
            return
        if payment := await book.find_paid(shipped.order_id):
            payment.capture_rest(shipped.parcel.parcel_id, self.clock())
            await book.save(payment)
        else:
            log.warning("goods left and no money is held", order_id=public("ord", shipped.order_id))
