from dataclasses import dataclass

from domain.contracts.fulfillment import AlreadyLeft, Cancel, Fulfillment
from domain.contracts.ordering import AlreadyShipped, CancelOrder, OrderDetails
from domain.ordering.ports import Begin
from domain.shared.clock import Clock


@dataclass(frozen=True)
class CancelOrderHandler:
    """Fulfillment is asked first: what it will never ship can be taken back.

    Whoever gets no answer asks again, and finds the shipment cancelled already: nothing of ours can
    have left by then, whatever a partner reports.
    """

    begin: Begin
    fulfillment: Fulfillment
    clock: Clock

    async def __call__(self, message: CancelOrder, /) -> OrderDetails:
        async with self.begin() as book:
            order = await book.order(message.order_id)
        if order.is_cancelled_by(message.key, message.reason):
            return order.details()
        order.require_cancellable()
        try:
            await self.fulfillment.cancel(Cancel(order_id=message.order_id))
        except AlreadyLeft as left:
            raise AlreadyShipped(message.order_id) from left
        async with self.begin() as book:
            order = await book.order(message.order_id)
            order.cancel(message.key, message.reason, self.clock())
            await book.save_order(order)
        return order.details()
