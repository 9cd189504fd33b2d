from datetime import UTC, datetime
from uuid import uuid4

from domain.contracts.fulfillment import Parcel, ParcelLine, ParcelShipped
from domain.contracts.inventory import Line
from domain.contracts.ordering import (
    GoodsReturned,
    OrderCancelled,
    OrderPlaced,
    PlacedLine,
    ReturnedUnits,
)
from domain.shared.values import AttemptId, CheckoutId, Money, OrderId, Quantity, Sku

NOW = datetime(2026, 4, 8, 12, tzinfo=UTC)
NOTHING = Money(0, "USD")


def an_attempt() -> AttemptId:
    return AttemptId(uuid4())


def an_order() -> OrderId:
    return OrderId(uuid4())


def a_sku(name: str = "TEA") -> Sku:
    return Sku(f"{name}-{uuid4().hex}")


def a_line(sku: Sku, units: int = 1) -> Line:
    return Line(sku=sku, quantity=Quantity(units))


def placed(attempt_id: AttemptId, order_id: OrderId, *lines: Line) -> OrderPlaced:
    return OrderPlaced(
        order_id=order_id,
        checkout_id=CheckoutId(uuid4()),
        attempt_id=attempt_id,
        client="test",
        total=NOTHING,
        lines=tuple(
            PlacedLine(line_id=f"line_{number}", sku=line.sku, quantity=line.quantity)
            for number, line in enumerate(lines, 1)
        ),
    )


def cancelled(attempt_id: AttemptId, order_id: OrderId) -> OrderCancelled:
    return OrderCancelled(order_id=order_id, attempt_id=attempt_id, key="all", total=NOTHING)


def shipped(order_id: OrderId, *lines: Line, parcel_id: str = "par_1") -> ParcelShipped:
    parcel = Parcel(
        parcel_id=parcel_id,
        shipped_at=NOW,
        lines=tuple(
            ParcelLine(line_id=f"line_{number}", sku=line.sku, quantity=line.quantity)
            for number, line in enumerate(lines, 1)
        ),
    )
    return ParcelShipped(order_id=order_id, parcel=parcel, is_last=False)


def returned(order_id: OrderId, *units: ReturnedUnits, return_id: str = "ret_1") -> GoodsReturned:
    return GoodsReturned(order_id=order_id, return_id=return_id, units=units)
