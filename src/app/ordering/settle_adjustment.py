from dataclasses import dataclass

from domain.contracts.payments import PaymentRefunded, PaymentVoided, RefundFailed
from domain.ordering.goods_return import ReturnId, return_refunded_by
from domain.ordering.ports import OrderBook
from domain.shared.model import NotFound


@dataclass(frozen=True)
class SettleAdjustment:
    """Money that was promised back went back, or could not, or came back after all: the order says
    so, and its return, and why.
    """

    async def __call__(self, book: OrderBook, event: PaymentRefunded | RefundFailed, /) -> None:
        because = event.reason if isinstance(event, RefundFailed) else None
        order = await book.order(event.order_id)
        order.settle(event.key, is_done=because is None, because=because)
        await book.save_order(order)
        if name := return_refunded_by(event.order_id, event.key):
            await _settle_return(book, name, event.key, because)


async def _settle_return(book: OrderBook, name: ReturnId, key: str, because: str | None) -> None:
    try:
        found = await book.goods_return(name)
    except NotFound:
        return  # a refund of the order itself, whose key looks like a return's
    found.settle(key, is_done=because is None, because=because)
    await book.save_return(found)


@dataclass(frozen=True)
class SettleCancellation:
    """Money that was never taken needs no refund: an order's cancellation is done with the void.
    Of an order that stands, staff is told that it is not paid.

    A void without an order undid an attempt, and says nothing of one.
    """

    async def __call__(self, book: OrderBook, voided: PaymentVoided, /) -> None:
        try:
            order = await book.order(voided.order_id)
        except NotFound:
            return
        order.lose_payment()
        await book.save_order(order)
