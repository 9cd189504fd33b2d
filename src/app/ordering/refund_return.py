from dataclasses import dataclass

from domain.contracts.ordering import RefundReturn, ReturnDetails
from domain.ordering.goods_return import return_id_of
from domain.ordering.ports import Begin
from domain.shared.clock import Clock


@dataclass(frozen=True)
class RefundReturnHandler:
    begin: Begin
    clock: Clock

    async def __call__(self, message: RefundReturn, /) -> ReturnDetails:
        async with self.begin() as book:
            found = await book.goods_return(return_id_of(message.return_id))
            order = await book.order(found.order_id)
            found.refund(order, message, self.clock())
            await book.save_return(found)
            await book.save_order(order)
        return found.details()
