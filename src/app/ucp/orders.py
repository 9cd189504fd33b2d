"""Orders in the words of UCP 2026-04-08 (section 19)."""

from app.ucp.presentation import ORDER, Presentation
from app.ucp.rendering import (
    Body,
    envelope,
    instant,
    line_totals,
    order_url,
    postal_address,
    told,
    total,
)
from domain.contracts.ordering import (
    Adjustment,
    Expectation,
    FulfilmentEvent,
    LineUnits,
    OrderDetails,
    OrderLine,
)
from domain.shared.ids import public


def order(details: OrderDetails, shown: Presentation) -> Body:
    """The whole order as it stands, never a part of it (ORD-1); it adds up as it did (ORD-13)."""
    order_id = public("ord", details.order_id)
    body: Body = {
        "ucp": envelope(shown, ORDER),
        "id": order_id,
        "checkout_id": public("chk", details.checkout_id),
        "permalink_url": order_url(order_id, shown),
        "currency": details.currency,
        "line_items": [_line(line) for line in details.lines],
        "fulfillment": {
            "expectations": [_expectation(promise) for promise in details.expectations],
            "events": [_event(event) for event in details.events],
        },
        "adjustments": [_adjustment(adjustment) for adjustment in details.adjustments],
        "totals": [total(entry) for entry in details.totals],
    }
    if details.attribution:  # as it was said last of the checkout (ORD-11)
        body["attribution"] = {one.name: one.value for one in details.attribution}
    return body


def line_status(units: int, units_fulfilled: int) -> str:
    """UCP ORD-4."""
    if units == 0:
        return "removed"
    if units_fulfilled == units:
        return "fulfilled"
    return "partial" if units_fulfilled > 0 else "processing"


def _line(line: OrderLine) -> Body:
    """ORD-3."""
    return told(
        id=line.line_id,
        item=told(id=line.sku, title=line.title, price=line.unit_price, image_url=line.image_url),
        quantity={
            "original": line.units_ordered,
            "total": line.units,
            "fulfilled": line.units_fulfilled,
        },
        totals=line_totals(subtotal=line.subtotal, discount=line.discount, total=line.total),
        status=line_status(line.units, line.units_fulfilled),
        parent_id=line.parent_id,
    )


def _expectation(promise: Expectation) -> Body:
    """ORD-5."""
    return told(
        id=promise.expectation_id,
        line_items=_units(promise.lines),
        method_type=promise.method_kind,
        destination=postal_address(promise.destination),
        description=promise.description,
        fulfillable_on=promise.fulfillable_on,
    )


def _event(event: FulfilmentEvent) -> Body:
    return told(
        id=event.event_id,
        occurred_at=instant(event.occurred_at),
        type=event.kind,
        line_items=_units(event.lines),
        tracking_number=event.tracking_number,
        tracking_url=event.tracking_url,
        carrier=event.carrier,
        description=event.description,
    )


def _adjustment(adjustment: Adjustment) -> Body:
    amount = adjustment.amount
    return told(
        id=adjustment.adjustment_id,
        type=adjustment.kind,
        occurred_at=instant(adjustment.occurred_at),
        status=adjustment.status,
        line_items=_units(adjustment.lines) or None,
        totals=None if amount is None else [{"type": "total", "amount": amount}],
        description=adjustment.description,
    )


def _units(lines: tuple[LineUnits, ...]) -> list[Body]:
    return [{"id": line.line_id, "quantity": line.units} for line in lines]
