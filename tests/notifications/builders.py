"""What notifications' tests begin with; each test changes what it is about."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from app.ucp.presentation import Presentation
from domain.contracts.ordering import (
    Buyer,
    Expectation,
    FulfilmentEvent,
    LineUnits,
    OrderDetails,
    OrderLine,
    OrderRevised,
    Total,
)
from domain.shared.values import Address, AttemptId, CheckoutId, OrderId, Sku

NOW = datetime(2026, 4, 8, 12, 0, tzinfo=UTC)
TARGET = "https://agent.example/hooks/orders"
HOME = Address(
    first_name="Jane",
    last_name="Doe",
    street_address="123 Main St",
    address_locality="Springfield",
    postal_code="12345",
    address_country="US",
)
PARCEL = FulfilmentEvent(
    event_id="parcel_1",
    kind="shipped",
    occurred_at=NOW,
    lines=(LineUnits(line_id="line_1", units=2),),
    tracking_number="T1",
    tracking_url="https://carrier.example/T1",
)


def an_order(**changes: Any) -> OrderDetails:
    order: dict[str, Any] = {
        "order_id": OrderId(uuid4()),
        "checkout_id": CheckoutId(uuid4()),
        "attempt_id": AttemptId(uuid4()),
        "client": f"platform:{uuid4().hex}",
        "currency": "USD",
        "placed_at": NOW,
        "lines": (
            OrderLine(
                line_id="line_1",
                sku=Sku("bouquet_roses"),
                title="Bouquet of Red Roses",
                unit_price=3500,
                units_ordered=2,
                units=2,
                units_fulfilled=0,
                subtotal=7000,
                discount=0,
                total=7000,
            ),
        ),
        "totals": (
            Total(kind="subtotal", amount=7000, text="Subtotal"),
            Total(kind="total", amount=7000, text="Total"),
        ),
        "expectations": (
            Expectation(
                expectation_id="e1",
                lines=(LineUnits(line_id="line_1", units=2),),
                method_kind="shipping",
                destination=HOME,
            ),
        ),
        "buyer": Buyer(),
    }
    return OrderDetails(**{**order, **changes})


def revised(
    order: OrderDetails | None = None, occasion: str = "placed", **shown: Any
) -> OrderRevised:
    told = {"base_url": "https://shop.example", "webhook_url": TARGET, **shown}
    presentation = Presentation(**told).to_text()
    return OrderRevised(order=order or an_order(), occasion=occasion, presentation=presentation)
