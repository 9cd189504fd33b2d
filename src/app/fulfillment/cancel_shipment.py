from dataclasses import dataclass

from domain.contracts.fulfillment import Cancel, Cancelled
from domain.fulfillment.ports import Begin
from domain.fulfillment.shipment import Shipment


@dataclass(frozen=True)
class CancelHandler:
    begin: Begin

    async def __call__(self, message: Cancel, /) -> Cancelled:
        async with self.begin() as dispatch:
            if not await dispatch.add(Shipment.never(message.order_id)):
                shipment = await dispatch.get(message.order_id)
                shipment.cancel()
                await dispatch.save(shipment)
        return Cancelled(order_id=message.order_id)
