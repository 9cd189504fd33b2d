"""Price rules as staff and back-office systems write and read them."""

from typing import Literal

from pydantic import AwareDatetime, ConfigDict

from app.edge.desk import Body
from domain.shared.values import Sku


class DiscountBody(Body):
    """`value` is a percentage, or a fixed amount in minor units of `currency`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"code": "SPRING", "kind": "percentage", "value": 10, "title": "10 % off"},
                {
                    "code": "FIVE-OFF",
                    "kind": "fixed_amount",
                    "value": 500,
                    "title": "5 dollars off",
                    "currency": "USD",
                    "ends_at": "2030-01-01T00:00:00Z",
                },
            ]
        }
    )

    code: str
    kind: Literal["percentage", "fixed_amount"]
    value: int
    title: str
    currency: str = "USD"
    ends_at: AwareDatetime | None = None


class KeptDiscountBody(DiscountBody):
    version: int


class PromotionBody(Body):
    """Free shipping of one service level, from a subtotal on or with one of these items."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "free-from-fifty",
                    "title": "Free shipping from 50 dollars on",
                    "currency": "USD",
                    "minimum_subtotal": 5000,
                }
            ]
        }
    )

    id: str
    title: str
    currency: str = "USD"
    minimum_subtotal: int | None = None
    eligible_skus: tuple[Sku, ...] = ()
    service_level: str = "standard"


class KeptPromotionBody(PromotionBody):
    version: int


class TaxRateBody(Body):
    """`basis_points` are hundredths of a percent. Without a region, it is the whole country's."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "country": "DE",
                    "category": "reduced",
                    "basis_points": 700,
                    "title": "Reduced VAT",
                    "is_included": True,
                }
            ]
        }
    )

    country: str
    region: str = ""
    category: str = "standard"
    basis_points: int
    title: str
    is_included: bool = False


class KeptTaxRateBody(TaxRateBody):
    id: str
    version: int
