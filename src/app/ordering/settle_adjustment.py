from dataclasses import dataclass

from domain.contracts.payments import PaymentRefunded, PaymentVoided, RefundFailed
from domain.ordering.ports import OrderBook
from domain.shared.model import NotFound


@dataclass(frozen=True)
class SettleAdjustment:
    """Money that was promised back went back, or could not."""

    async def __call__(self, book: OrderBook, event: PaymentRefunded | RefundFailed, /) -> None:
        order = await book.order(event.order_id)
        order.settle(event.key, is_done=isinstance(event, PaymentRefunded))
        await book.save_order(order)


@dataclass(frozen=True)
class SettleCancellation:
    """Money that was never taken needs no refund: an order's cancellation is done with the void.

    A void without an order undid an attempt, and says nothing of one.
    """

    async def __call__(self, book: OrderBook, voided: PaymentVoided, /) -> None:
        try:
            order = await book.order(voided.order_id)
        except NotFound:
            return
        for adjustment in order.adjustments:
            if adjustment.kind == "cancellation":
                order.settle(adjustment.adjustment_id, is_done=True)
        await book.save_order(order)
