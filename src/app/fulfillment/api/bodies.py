"""Shipping rates as staff and back-office systems write and read them."""

from typing import Any

from pydantic import ConfigDict

from app.edge.desk import Body, PriceBody

EXPRESS: dict[str, Any] = {
    "id": "express-us",
    "country": "US",
    "service_level": "express",
    "title": "Express (2 days)",
    "price": {"amount": 1500, "currency": "USD"},
    "carrier": "Post",
}


class ShippingRateBody(Body):
    """What one service level costs to one country (ISO 3166); `default` is all others."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXPRESS]})

    id: str
    country: str
    service_level: str
    title: str
    price: PriceBody
    carrier: str | None = None


class KeptShippingRateBody(ShippingRateBody):
    model_config = ConfigDict(json_schema_extra={"examples": [{**EXPRESS, "version": 48151623}]})

    version: int
