from dataclasses import dataclass

from domain.contracts.notifications import FindSubscription, SubscriptionDetails
from domain.notifications.ports import Begin
from domain.shared.clock import Clock


@dataclass(frozen=True)
class FindSubscriptionHandler:
    begin: Begin
    clock: Clock

    async def __call__(self, message: FindSubscription, /) -> SubscriptionDetails:
        async with self.begin() as book:
            found = await book.merchants.get(message.subscription_id)
        return found.details(self.clock())
