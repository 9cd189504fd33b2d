"""What the fulfillment model needs from the world."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from domain.contracts.fulfillment import KeptShippingRate, PickupPlace, ShippingRate
from domain.fulfillment.shipment import Shipment
from domain.shared.values import OrderId


class ShippingRates(Protocol):
    """All shipping rates, as if they were in memory."""

    async def offered(self, countries: Sequence[str], currency: str) -> list[ShippingRate]:
        """All rates of these countries in this currency."""
        ...

    async def offered_with_places(
        self, countries: Sequence[str], currency: str
    ) -> tuple[list[ShippingRate], tuple[PickupPlace, ...]]:
        """The same, and all places to collect goods at, in their order."""
        ...

    async def put(self, rates: Sequence[ShippingRate]) -> None:
        """Keep these under their ids. What has not changed is not stored, and keeps its version.

        Raises `Conflict` if another sets one of them at the same time.
        """
        ...

    async def get(self, rate_id: str) -> KeptShippingRate:
        """Refuses with `UnknownShippingRate`."""
        ...

    async def page(self, after: str | None, most: int) -> list[KeptShippingRate]:
        """The first behind an id, or of all, in the order of their ids."""
        ...

    async def add(self, rate: ShippingRate) -> KeptShippingRate:
        """Refuses with `ShippingRateExists`."""
        ...

    async def save(self, was: KeptShippingRate, now: KeptShippingRate) -> None:
        """Put one in the place of another. Raises `Conflict` if that no longer stands.

        What has not changed is not stored.
        """
        ...

    async def remove(self, was: KeptShippingRate) -> None:
        """Keep it no more. Raises `Conflict` if it no longer stands."""
        ...


class Places(Protocol):
    """All places to collect goods at, as if they were in memory."""

    async def all(self) -> tuple[PickupPlace, ...]:
        """In the order in which they were put."""
        ...

    async def put(self, places: tuple[PickupPlace, ...]) -> None:
        """Have these and no others. Raises `Conflict` if another does so at the same time."""
        ...


class Dispatch(Protocol):
    """All shipments, as if they were in memory."""

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
BeginPlaces = Callable[[], AbstractAsyncContextManager[Places]]
BeginRates = Callable[[], AbstractAsyncContextManager[ShippingRates]]
