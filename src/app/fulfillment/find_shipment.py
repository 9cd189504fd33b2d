from dataclasses import dataclass

from domain.contracts.fulfillment import FindShipment, ShipmentDetails
from domain.fulfillment.ports import Begin


@dataclass(frozen=True)
class FindShipmentHandler:
    begin: Begin

    async def __call__(self, message: FindShipment, /) -> ShipmentDetails:
        async with self.begin() as dispatch:
            return (await dispatch.get(message.order_id)).details()
