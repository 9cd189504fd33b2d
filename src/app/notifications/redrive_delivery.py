from dataclasses import dataclass

from domain.contracts.notifications import (
    MERCHANT,
    WEBHOOK,
    DeliveryDetails,
    RedriveDelivery,
    SubscriptionId,
)
from domain.notifications.ports import Begin, DeliveryBook
from domain.shared.clock import Clock


@dataclass(frozen=True)
class RedriveDeliveryHandler:
    """Whoever wanted no more is asked again with it."""

    begin: Begin
    clock: Clock

    async def __call__(self, message: RedriveDelivery, /) -> DeliveryDetails:
        now = self.clock()
        async with self.begin() as book:
            found = await book.get(message.delivery_id)
            redriven = found.redriven(now)
            if found.kind == WEBHOOK:
                subscription = await book.subscription(found.client, found.target, now)
                await book.save_subscription(subscription.reopened())
            elif found.kind == MERCHANT and found.subscription_id:
                await self._enable(book, SubscriptionId(found.subscription_id))
            await book.save(redriven, was=found)
        return redriven.details()

    async def _enable(self, book: DeliveryBook, subscription_id: SubscriptionId) -> None:
        """One that was deleted is not there to be asked: sending says so."""
        if subscription := await book.merchants.find(subscription_id):
            if not subscription.is_enabled:
                subscription.enable()
            await book.merchants.save(subscription)
