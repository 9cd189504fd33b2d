"""Checkouts and orders in the words of UCP 2026-04-08, whatever carries them."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from app.ucp import handlers
from app.ucp.presentation import BUYER_CONSENT, CHECKOUT, DISCOUNT, FULFILLMENT, Presentation
from domain.contracts.ordering import (
    AppliedDiscount,
    Buyer,
    BuyerContext,
    CheckoutDetails,
    CheckoutLine,
    Group,
    Method,
    Notice,
    Option,
    Total,
)
from domain.shared.ids import public
from domain.shared.values import Address

Body = dict[str, Any]
TERMINAL = ("completed", "canceled")


def checkout(details: CheckoutDetails, shown: Presentation) -> Body:
    """The whole checkout resource (UCP section 10)."""
    active = shown.capabilities
    checkout_id = public("chk", details.checkout_id)
    body: Body = {
        "ucp": envelope(
            shown, CHECKOUT, payment_handlers=handlers.registry(shown.payment_handlers)
        ),
        "id": checkout_id,
        "status": details.status,
        "currency": details.currency,
        "line_items": [_line(line) for line in details.lines],
        "totals": [total(entry) for entry in details.totals],
        "messages": [message(notice) for notice in details.notices],
        "links": [],
        "expires_at": instant(details.expires_at),
    }
    if details.buyer is not None:
        body["buyer"] = _buyer(details.buyer, tells_consent=BUYER_CONSENT in active)
    if details.context is not None:
        body["context"] = _context(details.context)
    if DISCOUNT in active and (details.codes is not None or details.discounts):
        body["discounts"] = _discounts(details)
    if FULFILLMENT in active and details.methods is not None:
        body["fulfillment"] = {"methods": [_method(method) for method in details.methods]}
    if details.order_id is not None:
        body["order"] = _confirmation(public("ord", details.order_id), shown)
    if details.status not in TERMINAL:
        body["continue_url"] = f"{shown.base_url}/checkout/{checkout_id}"
    return body


def envelope(shown: Presentation, root: str, *, status: str = "success", **more: object) -> Body:
    """The `ucp` member: what was negotiated, as far as it matters to this answer (section 5)."""
    active = {name: [{"version": v}] for name, v in shown.relevant_to(root).items()}
    return {"version": shown.version, "status": status, "capabilities": active, **more}


def failure(
    notices: Iterable[Notice], shown: Presentation, root: str, *, continue_url: str | None = None
) -> Body:
    """The answer where there is no resource to speak of (ENV-4, ENV-5)."""
    body = {
        "ucp": envelope(shown, root, status="error"),
        "messages": [
            {"type": "error", "code": n.code, "content": n.text, "severity": "unrecoverable"}
            for n in notices
        ],
    }
    return body | ({"continue_url": continue_url} if continue_url else {})


def message(notice: Notice) -> Body:
    """UCP section 10.4: only errors have a severity."""
    severity = (notice.severity or "recoverable") if notice.kind == "error" else None
    return told(
        type=notice.kind,
        code=notice.code,
        content=notice.text,
        severity=severity,
        path=f"$.{notice.path}" if notice.path else None,
    )


def total(entry: Total) -> Body:
    parts = [{"display_text": part.text, "amount": part.amount} for part in entry.parts]
    body = {"type": entry.kind, "display_text": entry.text, "amount": entry.amount}
    return body | ({"lines": parts} if parts else {})


def line_totals(*, subtotal: int, discount: int, total: int) -> list[Body]:
    """A line's own bill; a discount of nothing is left out (TOT-2, TOT-8)."""
    reduced = [{"type": "items_discount", "amount": -discount}] if discount else []
    return [
        {"type": "subtotal", "amount": subtotal},
        *reduced,
        {"type": "total", "amount": total},
    ]


def postal_address(address: Address) -> Body:
    return told(**{part.name: getattr(address, part.name) for part in fields(address)})


def instant(at: datetime) -> str:
    """RFC 3339, in UTC (GEN-1)."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def order_url(order_id: str, shown: Presentation) -> str:
    return f"{shown.base_url}/order/{order_id}"


def told(**members: object) -> Body:
    """What there is to tell of these: what is not known is left out."""
    return {name: value for name, value in members.items() if value is not None}


def _confirmation(order_id: str, shown: Presentation) -> Body:
    return {"id": order_id, "permalink_url": order_url(order_id, shown)}


def _line(line: CheckoutLine) -> Body:
    item = told(id=line.sku, title=line.title, price=line.unit_price, image_url=line.image_url)
    totals = line_totals(subtotal=line.subtotal, discount=line.discount, total=line.total)
    return told(
        id=line.line_id,
        item=item,
        quantity=line.quantity.units,
        totals=totals,
        parent_id=line.parent_id,
    )


def _buyer(buyer: Buyer, *, tells_consent: bool) -> Body:
    consents = None
    if tells_consent and (given := buyer.consents) is not None:
        consents = told(**{part.name: getattr(given, part.name) for part in fields(given)})
    return told(
        first_name=buyer.first_name,
        last_name=buyer.last_name,
        email=buyer.email,
        phone_number=buyer.phone_number,
        consent=consents,
    )


def _context(context: BuyerContext) -> Body:
    body = told(**{part.name: getattr(context, part.name) for part in fields(context)})
    eligibility = list(context.eligibility)
    return body | {"eligibility": eligibility} if eligibility else _without(body, "eligibility")


def _without(body: Body, member: str) -> Body:
    return {name: value for name, value in body.items() if name != member}


def _discounts(details: CheckoutDetails) -> Body:
    places = {line.line_id: f"$.line_items[{i}]" for i, line in enumerate(details.lines)}
    return {
        "codes": list(details.codes or ()),
        "applied": [_applied(discount, places) for discount in details.discounts],
    }


def _applied(discount: AppliedDiscount, places: dict[str, str]) -> Body:
    return told(
        code=discount.code,
        title=discount.title,
        amount=discount.amount,
        automatic=discount.code is None,
        priority=discount.priority,
        allocations=[
            {"path": places[share.line_id], "amount": share.amount}
            for share in discount.allocations
        ],
    )


def _method(method: Method) -> Body:
    return {
        "id": method.method_id,
        "type": method.kind,
        "line_item_ids": list(method.line_ids),
        "destinations": [
            {"id": place.destination_id, **postal_address(place.address)}
            for place in method.destinations
        ],
        "selected_destination_id": method.selected_destination_id,
        "groups": [_group(group) for group in method.groups],
    }


def _group(group: Group) -> Body:
    return {
        "id": group.group_id,
        "line_item_ids": list(group.line_ids),
        "options": [_option(option) for option in group.options],
        "selected_option_id": group.selected_option_id,
    }


def _option(option: Option) -> Body:
    return told(
        id=option.option_id,
        title=option.title,
        carrier=option.carrier,
        totals=[{"type": "total", "display_text": option.title, "amount": option.price}],
    )
