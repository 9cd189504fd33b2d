from dataclasses import dataclass

from domain.contracts.ordering import ListReturns, ReturnPage
from domain.ordering.goods_return import ReturnId, ReturnState
from domain.ordering.ports import Begin
from domain.ordering.wishes import bounded, place, require_known


@dataclass(frozen=True)
class ListReturnsHandler:
    begin: Begin

    async def __call__(self, message: ListReturns, /) -> ReturnPage:
        require_known(message.state, ReturnState)
        after, most = place("ret", message.after), bounded(message.most)
        async with self.begin() as book:
            found = await book.returns(
                message.order_id,
                ReturnState(message.state) if message.state is not None else None,
                ReturnId(after) if after else None,
                most=most + 1,
            )
        last = found[most - 1].name if len(found) > most else None
        return ReturnPage(items=tuple(one.details() for one in found[:most]), next=last)
