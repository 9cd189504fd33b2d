from dataclasses import dataclass

from domain.contracts.notifications import DeliveryDetails, FindDelivery
from domain.notifications.ports import Begin


@dataclass(frozen=True)
class FindDeliveryHandler:
    begin: Begin

    async def __call__(self, message: FindDelivery, /) -> DeliveryDetails:
        async with self.begin() as book:
            found = await book.get(message.delivery_id)
        return found.details()
