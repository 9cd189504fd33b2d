"""Baskets and rules, for tests."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from domain.contracts.pricing import (
    BasketLine,
    Discount,
    Promotion,
    RequestQuote,
    ShippingChoice,
    TaxRate,
)
from domain.shared.values import Quantity, Sku

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def a_code(name: str = "TEN") -> str:
    """One that no other test has."""
    return f"{name}-{uuid4().hex}".upper()


def a_percentage(value: int, code: str = "TEN", **details: Any) -> Discount:
    plain = Discount(code=code, kind="percentage", value=value, title=f"{value} % off")
    return replace(plain, **details)


def a_fixed_amount(value: int, code: str = "FIXED", **details: Any) -> Discount:
    plain = Discount(code=code, kind="fixed_amount", value=value, title=f"{value} off")
    return replace(plain, **details)


def a_promotion(**details: Any) -> Promotion:
    return replace(Promotion(promotion_id=uuid4().hex, title="Free shipping"), **details)


def a_tax_rate(basis_points: int = 1900, **details: Any) -> TaxRate:
    return replace(TaxRate(country="DE", basis_points=basis_points, title="VAT"), **details)


def a_line(unit_price: int = 3500, units: int = 1, **details: Any) -> BasketLine:
    plain = BasketLine(
        line_id=uuid4().hex, sku=Sku("ROSES"), quantity=Quantity(units), unit_price=unit_price
    )
    return replace(plain, **details)


def a_basket(*lines: BasketLine, **details: Any) -> RequestQuote:
    return replace(RequestQuote(currency="USD", lines=lines or (a_line(),)), **details)


def a_choice(price: int = 500, **details: Any) -> ShippingChoice:
    plain = ShippingChoice(
        group_id="group_1",
        option_id=uuid4().hex,
        service_level="standard",
        title="Standard Shipping",
        price=price,
        is_selected=True,
    )
    return replace(plain, **details)
