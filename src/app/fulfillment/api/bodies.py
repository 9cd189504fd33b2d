"""Shipping rates as staff and back-office systems write and read them."""

from pydantic import ConfigDict, Field

from app.edge.desk import Body, MoneyBody
from domain.shared.values import MOST_MINOR_UNITS


class PriceBody(MoneyBody):
    amount: int = Field(ge=0, le=MOST_MINOR_UNITS)
    currency: str = Field(pattern="^[A-Z]{3}$")


class ShippingRateBody(Body):
    """What one service level costs to one country (ISO 3166); `default` is all others."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "express-us",
                    "country": "US",
                    "service_level": "express",
                    "title": "Express (2 days)",
                    "price": {"amount": 1500, "currency": "USD"},
                    "carrier": "Post",
                }
            ]
        }
    )

    id: str
    country: str
    service_level: str
    title: str
    price: PriceBody
    carrier: str | None = None


class KeptShippingRateBody(ShippingRateBody):
    version: int
