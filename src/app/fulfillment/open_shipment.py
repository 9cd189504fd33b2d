from dataclasses import dataclass

from domain.contracts.ordering import OrderPlaced
from domain.fulfillment.ports import Dispatch
from domain.fulfillment.shipment import Shipment


@dataclass(frozen=True)
class OpenShipment:
    """What needs delivery of an order is to be shipped, unless it was cancelled before it was
    known here.
    """

    async def __call__(self, dispatch: Dispatch, placed: OrderPlaced, /) -> None:
        if shipment := Shipment.opened(placed):
            await dispatch.add(shipment)
