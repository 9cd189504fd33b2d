"""Shipping rates as staff and back-office systems write and read them."""

from typing import Any

from pydantic import ConfigDict, StrictInt

from app.edge.desk import Body, PriceBody

EXPRESS: dict[str, Any] = {
    "id": "express-us",
    "country": "US",
    "service_level": "express",
    "title": "Express (2 days)",
    "price": {"amount": 1500, "currency": "USD"},
    "carrier": "Post",
    "description": "Arrives in two working days, by Post",
    "earliest_days": 2,
    "latest_days": 4,
}


SHOP: dict[str, Any] = {
    "id": "shop-main",
    "name": "The shop in Main Street",
    "address": {
        "street_address": "1 Main St",
        "address_locality": "Springfield",
        "address_region": "IL",
        "postal_code": "62704",
        "address_country": "US",
    },
}


class PlaceAddressBody(Body):
    street_address: str | None = None
    extended_address: str | None = None
    address_locality: str | None = None
    address_region: str | None = None
    address_country: str | None = None
    postal_code: str | None = None


class PickupPlaceBody(Body):
    """Where buyers collect goods themselves, for nothing."""

    model_config = ConfigDict(json_schema_extra={"examples": [SHOP]})

    id: str
    name: str
    address: PlaceAddressBody


class PickupPlacesBody(Body):
    """All that there are, in the order in which they are offered."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"places": [SHOP]}]})

    places: tuple[PickupPlaceBody, ...]


class ShippingRateBody(Body):
    """What one service level costs to one country (ISO 3166); `default` is all others. Goods arrive
    within these days of the order.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [EXPRESS]})

    id: str
    country: str
    service_level: str
    title: str
    price: PriceBody
    carrier: str | None = None
    description: str | None = None
    earliest_days: StrictInt | None = None
    latest_days: StrictInt | None = None


class KeptShippingRateBody(ShippingRateBody):
    model_config = ConfigDict(json_schema_extra={"examples": [{**EXPRESS, "version": 48151623}]})

    version: int
