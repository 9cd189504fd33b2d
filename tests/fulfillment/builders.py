from datetime import UTC, datetime
from uuid import uuid4

from domain.contracts.fulfillment import Ship, ShippedLine, ShippingRate
from domain.contracts.ordering import OrderPlaced, PlacedLine
from domain.shared.values import AttemptId, CheckoutId, Money, OrderId, Quantity, Sku

NOW = datetime(2026, 4, 8, 12, tzinfo=UTC)


def an_order() -> OrderId:
    return OrderId(uuid4())


def placed(order_id: OrderId, **units: int) -> OrderPlaced:
    return OrderPlaced(
        order_id=order_id,
        checkout_id=CheckoutId(uuid4()),
        attempt_id=AttemptId(uuid4()),
        client="test",
        total=Money(0, "USD"),
        lines=tuple(
            PlacedLine(
                line_id=line_id,
                sku=Sku(line_id.upper()),
                quantity=Quantity(n),
                needs_delivery=line_id != "ebook",
            )
            for line_id, n in units.items()
        ),
    )


def to_ship(order_id: OrderId, key: str = "first", **units: int) -> Ship:
    lines = (ShippedLine(line_id=name, quantity=Quantity(n)) for name, n in units.items())
    return Ship(order_id=order_id, key=key, lines=tuple(lines))


def a_rate(
    rate_id: str,
    *,
    country: str = "default",
    level: str = "standard",
    units: int = 500,
    title: str = "By post",
    currency: str = "USD",
) -> ShippingRate:
    return ShippingRate(
        rate_id=rate_id,
        country=country,
        service_level=level,
        title=title,
        price=Money(units, currency),
    )
