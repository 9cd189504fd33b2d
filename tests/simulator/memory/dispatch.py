"""The `Dispatch` in memory."""

from domain.contracts.fulfillment import NoShipment
from domain.fulfillment.shipment import Shipment
from domain.shared.values import OrderId
from tests.simulator.memory.store import Draft


class FakeDispatch:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    async def add(self, shipment: Shipment) -> bool:
        if self._draft.find(Shipment, shipment.order_id):
            return False
        self._draft.store(shipment.order_id, shipment)
        return True

    async def get(self, order_id: OrderId) -> Shipment:
        if found := self._draft.find(Shipment, order_id):
            return found
        raise NoShipment(order_id)

    async def save(self, shipment: Shipment) -> None:
        self._draft.save(shipment.order_id, shipment)
