"""What ordering's tests begin with; each test changes what it is about."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from domain.contracts.ordering import (
    Buyer,
    CheckoutLine,
    Destination,
    Group,
    Method,
    Option,
    OrderRevised,
    Request,
    Total,
)
from domain.ordering.attempt import Attempt
from domain.ordering.checkout import Checkout, Content
from domain.ordering.order import Order
from domain.shared.model import Event
from domain.shared.values import (
    Address,
    AttemptId,
    CheckoutId,
    Consents,
    OrderId,
    Quantity,
    Sku,
)

NOW = datetime(2026, 4, 8, 12, 0, tzinfo=UTC)
ROSES = Sku("bouquet_roses")
HOME = Address(street_address="123 Main St", address_locality="Springfield", address_country="US")


def a_request(**changes: Any) -> Request:
    told = {"client": "platform:a", "operation": "complete_checkout", "fingerprint": "f" * 64}
    return Request(**{**told, "key": uuid4().hex, **changes})


def a_line(**changes: Any) -> CheckoutLine:
    line: dict[str, Any] = {
        "line_id": "line_1",
        "sku": ROSES,
        "title": "Bouquet of Red Roses",
        "quantity": Quantity(2),
        "unit_price": 3500,
        "subtotal": 7000,
        "discount": 0,
        "total": 7000,
    }
    return CheckoutLine(**{**line, **changes})


def a_method(**changes: Any) -> Method:
    method: dict[str, Any] = {
        "method_id": "method_1",
        "kind": "shipping",
        "line_ids": ("line_1",),
        "destinations": (Destination(destination_id="home", address=HOME),),
        "selected_destination_id": "home",
        "groups": (
            Group(
                group_id="group_1",
                line_ids=("line_1",),
                options=(STANDARD,),
                selected_option_id="std-ship",
            ),
        ),
    }
    return Method(**{**method, **changes})


STANDARD = Option(
    option_id="std-ship", service_level="standard", title="Standard Shipping", price=500
)


def a_content(**changes: Any) -> Content:
    content: dict[str, Any] = {
        "currency": "USD",
        "lines": (a_line(),),
        "totals": (
            Total(kind="subtotal", amount=7000, text="Subtotal"),
            Total(kind="fulfillment", amount=500, text="Standard Shipping"),
            Total(kind="total", amount=7500, text="Total"),
        ),
        "buyer": Buyer(email="jane@example.com", consents=Consents(marketing=True)),
        "methods": (a_method(),),
    }
    return Content(**{**content, **changes})


def a_checkout(**changes: Any) -> Checkout:
    """One that is ready to be completed."""
    return Checkout.opened(CheckoutId(uuid4()), "platform:a", a_content(**changes), NOW)


def an_attempt(checkout: Checkout, **changes: Any) -> Attempt:
    attempt: dict[str, Any] = {
        "attempt_id": AttemptId(uuid4()),
        "checkout_id": checkout.checkout_id,
        "order_id": OrderId(uuid4()),
        "request": a_request(),
        "started_at": NOW,
        "leased_until": NOW + timedelta(seconds=15),
    }
    return Attempt(**{**attempt, **changes})


def facts(order: Order) -> list[Event]:
    """What an order told of, but for how it stands since."""
    return [event for event in order.take_events() if not isinstance(event, OrderRevised)]
