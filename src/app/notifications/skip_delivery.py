from dataclasses import dataclass

from domain.contracts.notifications import DeliveryDetails, SkipDelivery
from domain.notifications.ports import Begin
from domain.shared.clock import Clock


@dataclass(frozen=True)
class SkipDeliveryHandler:
    begin: Begin
    clock: Clock

    async def __call__(self, message: SkipDelivery, /) -> DeliveryDetails:
        async with self.begin() as book:
            found = await book.get(message.delivery_id)
            skipped = found.skipped(self.clock())
            await book.save(skipped, was=found)
        return skipped.details()
