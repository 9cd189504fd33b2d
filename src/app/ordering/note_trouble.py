from dataclasses import dataclass

from domain.contracts.payments import CaptureFailed
from domain.ordering.ports import OrderBook
from domain.shared.model import NotFound


@dataclass(frozen=True)
class NoteTrouble:
    """Goods may have left, and their money could not be taken: staff sees it on the order."""

    async def __call__(self, book: OrderBook, failed: CaptureFailed, /) -> None:
        try:
            order = await book.order(failed.order_id)
        except NotFound:
            return  # taken by hand, of an attempt that came to no order
        order.lose_capture(failed.reason)
        await book.save_order(order)
