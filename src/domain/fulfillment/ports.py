"""What the fulfillment model needs from the world."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from domain.contracts.fulfillment import ShippingRate
from domain.fulfillment.shipment import Shipment
from domain.shared.values import OrderId


class Dispatch(Protocol):
    """All shipping rates and all shipments, as if they were in memory."""

    async def rates(self, countries: Sequence[str], currency: str) -> list[ShippingRate]:
        """All rates of these countries in this currency."""
        ...

    async def put_rates(self, rates: Sequence[ShippingRate]) -> None:
        """Keep these under their ids. What has not changed is not stored.

        Raises `Conflict` if another sets a new one of them at the same time.
        """
        ...

    async def add(self, shipment: Shipment) -> bool:
        """Store a new shipment. False, and nothing is stored, if there is one of its order."""
        ...

    async def get(self, order_id: OrderId) -> Shipment:
        """Refuses with `NoShipment`."""
        ...

    async def save(self, shipment: Shipment) -> None:
        """Store what changed and send its events with it. Raises `Conflict` if it is stale.

        What has not changed is not stored, and keeps its version.
        """
        ...


Begin = Callable[[], AbstractAsyncContextManager[Dispatch]]
"""Open a transaction: it commits when the block ends, and rolls back when it raises."""
