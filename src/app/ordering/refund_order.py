from dataclasses import dataclass

from domain.contracts.ordering import OrderDetails, RefundOrder
from domain.ordering.ports import Begin
from domain.shared.clock import Clock


@dataclass(frozen=True)
class RefundOrderHandler:
    begin: Begin
    clock: Clock

    async def __call__(self, message: RefundOrder, /) -> OrderDetails:
        async with self.begin() as book:
            order = await book.order(message.order_id)
            order.refund(message.key, message.amount, message.reason, self.clock())
            await book.save_order(order)
        return order.details()
