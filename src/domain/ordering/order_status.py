"""How an order stands, in a word: what staff sees of it in a list."""

from collections.abc import Sequence
from enum import StrEnum

from domain.contracts.ordering import Adjustment, Expectation, FulfilmentEvent, OrderLine

LEAVING = "shipped"  # units count once, when they leave (UCP A-74)


class OrderStatus(StrEnum):
    OPEN = "open"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"
    RETURNED = "returned"
    CANCELLED = "cancelled"


def status_of(
    lines: Sequence[OrderLine],
    promises: Sequence[Expectation],
    events: Sequence[FulfilmentEvent],
    *,
    is_cancelled: bool,
) -> OrderStatus:
    """Shipped is an order of which all that is to be delivered, and was not taken back, has left."""
    if is_cancelled:
        return OrderStatus.CANCELLED
    if not any(line.units for line in lines):
        return OrderStatus.RETURNED
    if not any(event.kind == LEAVING for event in events):
        return OrderStatus.OPEN
    delivered = {line.line_id for promise in promises for line in promise.lines}
    is_all = all(line.units_fulfilled >= line.units for line in lines if line.line_id in delivered)
    return OrderStatus.SHIPPED if is_all else OrderStatus.PARTIALLY_SHIPPED


def delivery_of(events: Sequence[FulfilmentEvent]) -> str:
    """What happened to the goods last."""
    return max(events, key=lambda event: event.occurred_at).kind if events else "pending"


def refund_of(giving_back: Sequence[Adjustment], total: int) -> str:
    """How far money has gone back: none, pending, failed, partial or full."""
    if not giving_back:
        return "none"
    if any(a.status == "pending" for a in giving_back):
        return "pending"
    if giving_back[-1].status == "failed":
        return "failed"
    back = -sum(a.amount or 0 for a in giving_back if a.status == "completed")
    return "full" if back >= total else "partial"
