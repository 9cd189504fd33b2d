from dataclasses import dataclass

from domain.contracts.ordering import RejectReturn, ReturnDetails
from domain.ordering.goods_return import return_id_of
from domain.ordering.ports import Begin


@dataclass(frozen=True)
class RejectReturnHandler:
    begin: Begin

    async def __call__(self, message: RejectReturn, /) -> ReturnDetails:
        async with self.begin() as book:
            found = await book.goods_return(return_id_of(message.return_id))
            order = await book.order(found.order_id)
            found.reject(order, message.reason)
            await book.save_return(found)
            await book.save_order(order)
        return found.details()
