"""What orders, returns, parcels and attempts look like: an order of two roses, and what became of it."""

from typing import Any

Example = dict[str, Any]
ORDER = "ord_0198c1f2a3b47c5d8e9f0a1b2c3d4e5f"
CHECKOUT = "chk_0198c1f2a3b47c5d8e9f0a1b2c3d4e60"
PAYMENT = "pay_0198c1f2a3b47c5d8e9f0a1b2c3d4e61"
ATTEMPT = "att_0198c1f2a3b47c5d8e9f0a1b2c3d4e61"
RETURN = "ret_0198c1f2a3b47c5d8e9f0a1b2c3d4e62"
PLACED_AT, SENT_AT, BACK_AT = "2026-04-08T12:00:00Z", "2026-04-09T08:30:00Z", "2026-04-15T10:00:00Z"


def dollars(amount: int) -> Example:
    return {"amount": amount, "currency": "USD"}


ADDRESS: Example = {
    "first_name": "Jane",
    "last_name": "Doe",
    "street_address": "123 Main St",
    "address_locality": "Springfield",
    "address_region": "IL",
    "address_country": "US",
    "postal_code": "62704",
}
BUYER: Example = {"first_name": "Jane", "last_name": "Doe", "email": "jane@example.com"}
UNITS: Example = {"line_id": "line_1", "units": 2}
TRACKING: Example = {"carrier": "Example Post", "tracking_number": "EP123456789"}
PARCEL: Example = {
    "id": "par_1",
    "shipped_at": SENT_AT,
    "lines": [{"line_id": "line_1", "sku": "ROSES", "units": 2}],
    **TRACKING,
}
SHIPMENT: Example = {
    "order_id": ORDER,
    "lines": [{"line_id": "line_1", "sku": "ROSES", "units_ordered": 2, "units_shipped": 2}],
    "parcels": [PARCEL],
    "is_cancelled": False,
}
SUMMARY: Example = {
    "id": ORDER,
    "client": "a platform",
    "placed_at": PLACED_AT,
    "status": "shipped",
    "total": dollars(7500),
    "email": "jane@example.com",
}
WHOLE_ORDER: Example = {
    "id": ORDER,
    "checkout_id": CHECKOUT,
    "payment_id": PAYMENT,
    "client": "a platform",
    "placed_at": PLACED_AT,
    "status": "shipped",
    "delivery": "shipped",
    "refund": "partial",
    "total": dollars(7500),
    "lines": [
        {
            "line_id": "line_1",
            "sku": "ROSES",
            "title": "Red roses",
            "units_ordered": 2,
            "units": 2,
            "units_fulfilled": 2,
            "units_returning": 0,
            "unit_price": dollars(3500),
            "subtotal": dollars(7000),
            "discount": dollars(0),
            "tax": dollars(0),
            "total": dollars(7000),
        }
    ],
    "totals": [
        {"kind": "subtotal", "text": "Subtotal", "amount": dollars(7000)},
        {"kind": "fulfillment", "text": "Standard", "amount": dollars(500)},
        {"kind": "total", "text": "Total", "amount": dollars(7500)},
    ],
    "promises": [{"lines": [UNITS], "method_kind": "shipping", "destination": ADDRESS}],
    "events": [
        {"id": "par_1", "kind": "shipped", "occurred_at": SENT_AT, "lines": [UNITS], **TRACKING}
    ],
    "adjustments": [
        {
            "id": "adj_1",
            "kind": "refund",
            "status": "completed",
            "occurred_at": BACK_AT,
            "amount": dollars(-500),
            "description": "It came late",
        }
    ],
    "note": "Asked to ring twice",
    "buyer": BUYER,
}
WHOLE_RETURN: Example = {
    "id": RETURN,
    "order_id": ORDER,
    "state": "received",
    "requested_at": BACK_AT,
    "reason": "Too small",
    "decision": "",
    "lines": [
        {
            "line_id": "line_1",
            "sku": "ROSES",
            "units": 1,
            "restocked": 1,
            "written_off": 0,
            "due": dollars(3500),
        }
    ],
    "due": dollars(3500),
    "refunds": [],
}
FAILED_ATTEMPT: Example = {
    "id": ATTEMPT,
    "checkout_id": CHECKOUT,
    "order_id": ORDER,
    "client": "a platform",
    "state": "failed",
    "started_at": PLACED_AT,
    "leased_until": "2026-04-08T12:00:30Z",
    "epoch": 1,
    "notices": [{"kind": "error", "code": "payment_failed", "text": "The payment was declined."}],
}
