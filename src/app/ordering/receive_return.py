from dataclasses import dataclass

from domain.contracts.ordering import ReceiveReturn, ReturnDetails
from domain.ordering.goods_return import return_id_of
from domain.ordering.ports import Begin
from domain.shared.clock import Clock


@dataclass(frozen=True)
class ReceiveReturnHandler:
    begin: Begin
    clock: Clock

    async def __call__(self, message: ReceiveReturn, /) -> ReturnDetails:
        async with self.begin() as book:
            found = await book.goods_return(return_id_of(message.return_id))
            order = await book.order(found.order_id)
            others = await book.returns_of(found.order_id)  # what changes them changes the order
            found.receive(order, message, self.clock(), others=others)
            await book.save_return(found)
            await book.save_order(order)
        return found.details()
