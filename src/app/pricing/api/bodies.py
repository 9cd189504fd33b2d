"""Price rules as staff and back-office systems write and read them."""

from typing import Any, Literal

from pydantic import ConfigDict

from app.edge.desk import Body, Moment, Whole, YesNo
from domain.shared.values import Sku

SPRING: dict[str, Any] = {
    "code": "SPRING",
    "kind": "percentage",
    "value": 10,
    "title": "10 % off",
}
FIVE_OFF: dict[str, Any] = {
    "code": "FIVE-OFF",
    "kind": "fixed_amount",
    "value": 500,
    "title": "5 dollars off",
    "currency": "USD",
    "ends_at": "2030-01-01T00:00:00Z",
}
FOR_GOLD: dict[str, Any] = {
    "code": "GOLD-MEMBERS",
    "kind": "percentage",
    "value": 5,
    "title": "Gold members",
    "claim": "com.example.loyalty_gold",
    "proof": "account",
}
HALF_SHIPPING: dict[str, Any] = {
    "code": "HALF-SHIPPING",
    "kind": "percentage",
    "value": 50,
    "title": "Half of shipping",
    "target": "shipping",
}
FREE: dict[str, Any] = {
    "id": "free-from-fifty",
    "title": "Free shipping from 50 dollars on",
    "currency": "USD",
    "minimum_subtotal": 5000,
}
REDUCED: dict[str, Any] = {
    "country": "DE",
    "category": "reduced",
    "basis_points": 700,
    "title": "Reduced VAT",
    "is_included": True,
}
SEEN = {"version": 48151623}


class DiscountBody(Body):
    """`value` is a percentage, or a fixed amount in minor units of `currency`.

    With a `claim` it is automatic: for whoever claims that, or where it is empty for all. `proof`
    (`account`, or the id of a payment handler) shows that the claim is true.

    It is taken off `lines`, the `order` as a whole, or `shipping`. A fixed amount off lines may be
    taken off `each` unit; all else is divided (`across`).
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [SPRING, FIVE_OFF, FOR_GOLD, HALF_SHIPPING]}
    )

    code: str
    kind: Literal["percentage", "fixed_amount"]
    value: Whole
    title: str
    currency: str = "USD"
    ends_at: Moment | None = None
    claim: str | None = None
    proof: str = ""
    is_exclusive: YesNo = False
    needs_account: YesNo = False
    target: Literal["lines", "order", "shipping"] = "lines"
    method: Literal["across", "each"] = "across"


class KeptDiscountBody(DiscountBody):
    model_config = ConfigDict(json_schema_extra={"examples": [{**FIVE_OFF, **SEEN}]})

    version: int


class PromotionBody(Body):
    """Free shipping of one service level, from a subtotal on or with one of these items."""

    model_config = ConfigDict(json_schema_extra={"examples": [FREE]})

    id: str
    title: str
    currency: str = "USD"
    minimum_subtotal: Whole | None = None
    eligible_skus: tuple[Sku, ...] = ()
    service_level: str = "standard"


class KeptPromotionBody(PromotionBody):
    model_config = ConfigDict(json_schema_extra={"examples": [{**FREE, **SEEN}]})

    version: int


class TaxRateBody(Body):
    """`basis_points` are hundredths of a percent. Without a region, it is the whole country's."""

    model_config = ConfigDict(json_schema_extra={"examples": [REDUCED]})

    country: str
    region: str = ""
    category: str = "standard"
    basis_points: Whole
    title: str
    is_included: YesNo = False


class KeptTaxRateBody(TaxRateBody):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"id": "DE.reduced", **REDUCED, **SEEN}]}
    )

    id: str
    version: int
