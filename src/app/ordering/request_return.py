from dataclasses import dataclass

from domain.contracts.ordering import RequestReturn, ReturnDetails
from domain.ordering.goods_return import Return, ReturnId
from domain.ordering.ports import Begin
from domain.shared.clock import Clock
from domain.shared.ids import uuid7


@dataclass(frozen=True)
class RequestReturnHandler:
    """The order says what can come back: of two that want the same units one meets a `Conflict`."""

    begin: Begin
    clock: Clock

    async def __call__(self, message: RequestReturn, /) -> ReturnDetails:
        now = self.clock()
        async with self.begin() as book:
            if known := await book.return_under(message.order_id, message.key):
                known.require_same(message)
                return known.details()
            order = await book.order(message.order_id)
            opened = Return.requested(ReturnId(uuid7(now)), order, message, now)
            await book.save_return(opened)
            await book.save_order(order)
        return opened.details()
