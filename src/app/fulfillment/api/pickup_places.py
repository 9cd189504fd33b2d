from fastapi import APIRouter

from app.edge.desk import staff
from app.fulfillment.api.bodies import PickupPlaceBody, PickupPlacesBody, PlaceAddressBody
from domain.contracts.fulfillment import (
    FindPickupPlaces,
    Fulfillment,
    PickupPlace,
    PickupPlaces,
    PutPickupPlaces,
    UnfitPickupPlace,
)
from domain.shared.values import Address

ALL = "/pickup-places"


def add_pickup_places(routes: APIRouter, fulfillment: Fulfillment) -> None:
    @routes.get(ALL, **staff("list_pickup_places", "fulfillment:read"))
    async def list_pickup_places() -> PickupPlacesBody:
        """Where buyers collect goods themselves."""
        return _shown(await fulfillment.find_pickup_places(FindPickupPlaces()))

    @routes.put(ALL, **staff("put_pickup_places", "fulfillment:write", UnfitPickupPlace))
    async def put_pickup_places(body: PickupPlacesBody) -> PickupPlacesBody:
        """Have these places and no others. Checkouts that have chosen one are quoted again."""
        places = tuple(
            PickupPlace(place_id=one.id, name=one.name, address=Address(**dict(one.address)))
            for one in body.places
        )
        return _shown(await fulfillment.put_pickup_places(PutPickupPlaces(places=places)))


def _shown(found: PickupPlaces) -> PickupPlacesBody:
    return PickupPlacesBody(
        places=tuple(
            PickupPlaceBody(
                id=place.place_id,
                name=place.name,
                address=PlaceAddressBody.model_validate(place.address),
            )
            for place in found.places
        )
    )
