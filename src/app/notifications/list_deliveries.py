from dataclasses import dataclass

from domain.contracts.notifications import DeliveryId, DeliveryPage, ListDeliveries, UnfitWish
from domain.notifications.delivery import DeliveryState
from domain.notifications.ports import Begin
from domain.shared.ids import from_public, public
from domain.shared.pages import bounded, cut

PREFIX = "dlv"


@dataclass(frozen=True)
class ListDeliveriesHandler:
    begin: Begin

    async def __call__(self, message: ListDeliveries, /) -> DeliveryPage:
        before = from_public(PREFIX, message.after) if message.after else None
        if message.after and not before:
            raise UnfitWish("no page ends there")
        if message.state and message.state not in set(DeliveryState):
            raise UnfitWish(f"there is no state {message.state}")
        state = DeliveryState(message.state) if message.state else None
        most = bounded(message.most)
        async with self.begin() as book:
            if message.subscription_id:
                await book.merchants.get(message.subscription_id)
            found = await book.page(
                state,
                message.order_id,
                DeliveryId(before) if before else None,
                most=most + 1,
                subscription_id=message.subscription_id,
            )
        some, has_more = cut(found, most)
        return DeliveryPage(
            items=tuple(one.details() for one in some),
            next=public(PREFIX, some[-1].delivery_id) if has_more else None,
        )
