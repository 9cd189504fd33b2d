from dataclasses import dataclass

from domain.contracts.ordering import NotYourOrder, OrderDetails, ReportOrder
from domain.ordering.ports import Begin


@dataclass(frozen=True)
class ReportOrderHandler:
    begin: Begin

    async def __call__(self, message: ReportOrder, /) -> OrderDetails:
        async with self.begin() as book:
            order = await book.order(message.order_id)
            if message.client not in (None, order.client):
                raise NotYourOrder(message.order_id)
            order.report(message.events, message.adjustments)
            await book.save_order(order)
        return order.details()
