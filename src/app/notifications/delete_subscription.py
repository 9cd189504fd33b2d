from dataclasses import dataclass

from domain.contracts.notifications import DeleteSubscription, SubscriptionDeleted
from domain.notifications.delivery import DELETED
from domain.notifications.ports import Begin
from domain.shared.clock import Clock


@dataclass(frozen=True)
class DeleteSubscriptionHandler:
    begin: Begin
    clock: Clock

    async def __call__(self, message: DeleteSubscription, /) -> SubscriptionDeleted:
        async with self.begin() as book:
            found = await book.merchants.get(message.subscription_id)
            found.require_version(message.version)
            await book.merchants.delete(found)
            await book.give_up(found.subscription_id, DELETED, self.clock())
        return SubscriptionDeleted(subscription_id=message.subscription_id)
