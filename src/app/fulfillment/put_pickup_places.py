from dataclasses import dataclass

from domain.contracts.fulfillment import PickupPlaces, PutPickupPlaces
from domain.fulfillment.pickup_places import require_fit
from domain.fulfillment.ports import BeginPlaces


@dataclass(frozen=True)
class PutPickupPlacesHandler:
    begin: BeginPlaces

    async def __call__(self, message: PutPickupPlaces, /) -> PickupPlaces:
        require_fit(message.places)
        async with self.begin() as places:
            await places.put(message.places)
        return PickupPlaces(places=message.places)
