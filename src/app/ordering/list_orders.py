from dataclasses import dataclass

from domain.contracts.ordering import ListOrders, OrderPage
from domain.ordering.order_status import OrderStatus
from domain.ordering.ports import Begin
from domain.ordering.wishes import bounded, place, require_known, require_times
from domain.shared.ids import public
from domain.shared.values import OrderId


@dataclass(frozen=True)
class ListOrdersHandler:
    begin: Begin

    async def __call__(self, message: ListOrders, /) -> OrderPage:
        require_known(message.status, OrderStatus)
        require_times(message.placed_from, message.placed_to)
        after, most = place("ord", message.after), bounded(message.most)
        async with self.begin() as book:
            found = await book.orders(message, OrderId(after) if after else None, most=most + 1)
        follows = len(found) > most
        last = public("ord", found[most - 1].order_id) if follows else None
        return OrderPage(items=tuple(found[:most]), next=last)
