from dataclasses import dataclass

from domain.contracts.notifications import (
    CreateSubscription,
    KeyReused,
    SubscriptionId,
    SubscriptionWithSecret,
    TooManySubscriptions,
)
from domain.notifications.merchant_subscription import (
    MOST_SUBSCRIPTIONS,
    MerchantSubscription,
    fit,
)
from domain.notifications.ports import Begin, RequireReachable, Sealing
from domain.shared.clock import Clock
from domain.shared.ids import uuid7
from domain.shared.model import Conflict


@dataclass(frozen=True)
class CreateSubscriptionHandler:
    begin: Begin
    sealing: Sealing
    require_reachable: RequireReachable
    clock: Clock

    async def __call__(self, message: CreateSubscription, /) -> SubscriptionWithSecret:
        wanted = fit(message.name, message.target, message.events)
        self.require_reachable(message.target)
        now, secret = self.clock(), self.sealing.make()
        name = SubscriptionId(uuid7(now))
        new = MerchantSubscription(
            subscription_id=name,
            key=message.key,
            name=message.name,
            target=message.target,
            events=wanted[2],
            sealed=self.sealing.seal(secret, name),
            created_at=now,
        )
        async with self.begin() as book:
            if there := await book.merchants.find_by_key(message.key):
                if (there.name, there.target, there.events) != wanted:
                    raise KeyReused(message.key)
                return SubscriptionWithSecret(details=there.details(now))
            if await book.merchants.number() >= MOST_SUBSCRIPTIONS:
                raise TooManySubscriptions(MOST_SUBSCRIPTIONS)
            if not await book.merchants.add(new):
                raise Conflict(message.key)
        return SubscriptionWithSecret(details=new.details(now), secret=secret)
