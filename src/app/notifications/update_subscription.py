from dataclasses import dataclass

from domain.contracts.notifications import SubscriptionDetails, UpdateSubscription
from domain.notifications.delivery import DISABLED
from domain.notifications.ports import Begin, RequireReachable
from domain.shared.clock import Clock


@dataclass(frozen=True)
class UpdateSubscriptionHandler:
    begin: Begin
    require_reachable: RequireReachable
    clock: Clock

    async def __call__(self, message: UpdateSubscription, /) -> SubscriptionDetails:
        self.require_reachable(message.target)
        now = self.clock()
        async with self.begin() as book:
            found = await book.merchants.get(message.subscription_id)
            found.require_version(message.version)
            found.change(
                name=message.name,
                target=message.target,
                events=message.events,
                is_enabled=message.is_enabled,
                now=now,
            )
            await book.merchants.save(found)
            if not found.is_enabled:
                await book.give_up(found.subscription_id, DISABLED, now)
        return found.details(now)
