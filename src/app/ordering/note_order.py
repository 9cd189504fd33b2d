from dataclasses import dataclass

from domain.contracts.ordering import NoteOrder, OrderDetails
from domain.ordering.ports import Begin


@dataclass(frozen=True)
class NoteOrderHandler:
    begin: Begin

    async def __call__(self, message: NoteOrder, /) -> OrderDetails:
        async with self.begin() as book:
            order = await book.order(message.order_id)
            order.remember(message.note, message.version)
            await book.save_order(order)
        return order.details()
