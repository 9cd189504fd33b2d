from dataclasses import dataclass

from domain.contracts.fulfillment import FindPickupPlaces, PickupPlaces
from domain.fulfillment.ports import BeginPlaces


@dataclass(frozen=True)
class FindPickupPlacesHandler:
    begin: BeginPlaces

    async def __call__(self, _: FindPickupPlaces, /) -> PickupPlaces:
        async with self.begin() as places:
            return PickupPlaces(places=await places.all())
