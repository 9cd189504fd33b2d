from dataclasses import dataclass

from domain.contracts.ordering import FindOrder, NotYourOrder, OrderDetails
from domain.ordering.ports import Begin


@dataclass(frozen=True)
class FindOrderHandler:
    begin: Begin

    async def __call__(self, message: FindOrder, /) -> OrderDetails:
        async with self.begin() as book:
            order = await book.order(message.order_id)
        if not order.is_seen_by(message):
            raise NotYourOrder(message.order_id)
        return order.details()
