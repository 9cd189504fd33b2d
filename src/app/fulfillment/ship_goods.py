from dataclasses import dataclass

from domain.contracts.fulfillment import Ship, Shipped
from domain.fulfillment.ports import Begin
from domain.fulfillment.shipment import require_fit
from domain.shared.clock import Clock


@dataclass(frozen=True)
class ShipHandler:
    begin: Begin
    clock: Clock

    async def __call__(self, message: Ship, /) -> Shipped:
        require_fit(message)
        async with self.begin() as dispatch:
            shipment = await dispatch.get(message.order_id)
            parcel = shipment.ship(message, self.clock())
            await dispatch.save(shipment)
        return Shipped(order_id=message.order_id, parcel=parcel)
