from dataclasses import dataclass

from domain.contracts.notifications import DeliveryDetails, TryOutSubscription
from domain.notifications.delivery import Delivery
from domain.notifications.ports import Begin
from domain.shared.clock import Clock


@dataclass(frozen=True)
class TryOutSubscriptionHandler:
    begin: Begin
    clock: Clock

    async def __call__(self, message: TryOutSubscription, /) -> DeliveryDetails:
        async with self.begin() as book:
            found = await book.merchants.get(message.subscription_id)
            found.require_enabled()
            trial = Delivery.trial(found, self.clock())
            await book.keep(trial)
        return trial.details()
