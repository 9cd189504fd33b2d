from dataclasses import dataclass

from domain.contracts.notifications import (
    ListSubscriptions,
    SubscriptionId,
    SubscriptionPage,
    UnfitWish,
)
from domain.notifications.ports import Begin
from domain.shared.clock import Clock
from domain.shared.ids import from_public, public
from domain.shared.pages import bounded, cut

PREFIX = "sub"


@dataclass(frozen=True)
class ListSubscriptionsHandler:
    begin: Begin
    clock: Clock

    async def __call__(self, message: ListSubscriptions, /) -> SubscriptionPage:
        after = from_public(PREFIX, message.after) if message.after else None
        if message.after and not after:
            raise UnfitWish("no page ends there")
        most, now = bounded(message.most), self.clock()
        async with self.begin() as book:
            found = await book.merchants.page(SubscriptionId(after) if after else None, most + 1)
        some, has_more = cut(found, most)
        return SubscriptionPage(
            items=tuple(one.details(now) for one in some),
            next=public(PREFIX, some[-1].subscription_id) if has_more else None,
        )
