"""Checkouts and orders in the words of UCP 2026-04-08, whatever carries them."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from app.ucp import handlers, links
from app.ucp.handover import handed_over
from app.ucp.invitation import invitation
from app.ucp.presentation import BUYER_CONSENT, CART, CHECKOUT, DISCOUNT, FULFILLMENT, Presentation
from domain.contracts.ordering import (
    Alternative,
    AppliedDiscount,
    Buyer,
    BuyerContext,
    CartDetails,
    CheckoutDetails,
    CheckoutLine,
    Destination,
    Group,
    Method,
    Notice,
    Option,
    Total,
)
from domain.shared.ids import public
from domain.shared.values import Address

Body = dict[str, Any]
Paths = dict[tuple[str, str | None], str]
"""Where lines and the delivery of groups are told of."""
BUYERS = "requires_buyer_review"
TERMINAL = ("completed", "canceled")
DELIVERY = "$.totals[?(@.type=='fulfillment')]"
"""Where delivery is told of, for those to whom no method is shown (A-23)."""


def checkout(details: CheckoutDetails, shown: Presentation) -> Body:
    """The whole checkout resource (UCP section 10)."""
    details, active = handed_over(details, shown), shown.capabilities
    checkout_id = public("chk", details.checkout_id)
    body: Body = {
        "ucp": envelope(shown, CHECKOUT, payment_handlers=handlers.registry(shown)),
        "id": checkout_id,
        "status": details.status,
        "currency": details.currency,
        "line_items": [_line(line) for line in details.lines],
        "totals": [total(entry) for entry in details.totals],
        "messages": [message(notice) for notice in _notices(details, shown)],
        "links": _links(shown),
        "expires_at": instant(details.expires_at),
    }
    if details.buyer is not None:
        body["buyer"] = _buyer(details.buyer, tells_consent=BUYER_CONSENT in active)
    if details.context is not None:
        body["context"] = _context(details.context)
    if DISCOUNT in active and (details.codes is not None or details.discounts):
        body["discounts"] = _discounts(details, tells_methods=FULFILLMENT in active)
    if FULFILLMENT in active and details.methods is not None:
        body["fulfillment"] = _fulfillment(details, details.methods)
    if details.order_id is not None:
        body["order"] = _confirmation(public("ord", details.order_id), shown)
    if details.status not in TERMINAL:
        body["continue_url"] = f"{shown.base_url}/checkout/{checkout_id}"
    return body


def cart(details: CartDetails, shown: Presentation) -> Body:
    """The whole cart resource (UCP section 12)."""
    cart_id = public("cart", details.cart_id)
    body: Body = {
        "ucp": envelope(shown, CART),
        "id": cart_id,
        "currency": details.currency,
        "line_items": [_line(line) for line in details.lines],
        "totals": [total(entry) for entry in details.totals],
        "messages": [message(notice) for notice in details.notices],
        "expires_at": instant(details.expires_at),
        "links": _links(shown),
        "continue_url": f"{shown.base_url}/cart/{cart_id}",
    }
    if details.buyer is not None:
        body["buyer"] = _buyer(details.buyer, tells_consent=False)
    if details.context is not None:
        body["context"] = _context(details.context)
    if DISCOUNT in shown.capabilities and (details.codes is not None or details.discounts):
        body["discounts"] = _discounts(details, tells_methods=False)
    return body


def _links(shown: Presentation) -> list[Body]:
    return [
        {"type": kind, "url": url, "title": links.TITLES[kind]} for kind, url in shown.links.items()
    ]


def _notices(details: CheckoutDetails, shown: Presentation) -> tuple[Notice, ...]:
    """Of a checkout that is over, nobody is told what to mend (MSG-3, MSG-4)."""
    if details.status in TERMINAL:
        return tuple(one for one in details.notices if one.kind != "error")
    more = invitation(details) if shown.invites else None
    return (*details.notices, more) if more else details.notices


def envelope(shown: Presentation, root: str, *, status: str = "success", **more: object) -> Body:
    """The `ucp` member: what was negotiated, as far as it matters to this answer (ENV-1, VER-3), and
    always whether it is good news (ENV-2). Ways to pay come along where there is something to pay
    (ENV-3).
    """
    active = {name: [{"version": v}] for name, v in shown.relevant_to(root).items()}
    return {"version": shown.version, "status": status, "capabilities": active, **more}


def failure(
    notices: Iterable[Notice],
    shown: Presentation,
    root: str,
    *,
    continue_url: str | None = None,
    severity: str = "unrecoverable",
) -> Body:
    """The answer where there is no resource to speak of (ENV-4, ENV-5): there is nothing that could
    be mended, but what only the buyer can do; or where there is one, which stays as it was.
    """
    body = {
        "ucp": envelope(shown, root, status="error"),
        "messages": [
            {"type": "error", "code": n.code, "content": n.text, "severity": _severity(n, severity)}
            for n in notices
        ],
    }
    return body | ({"continue_url": continue_url} if continue_url else {})


def _severity(notice: Notice, otherwise: str) -> str:
    return BUYERS if notice.severity == BUYERS else otherwise


def message(notice: Notice) -> Body:
    """UCP section 10.4: only errors have a severity."""
    severity = (notice.severity or "recoverable") if notice.kind == "error" else None
    return told(
        type=notice.kind,
        code=notice.code,
        content=notice.text,
        severity=severity,
        path=f"$.{notice.path}" if notice.path else None,
        content_type=notice.content_type if notice.content_type != "plain" else None,
        presentation=notice.presentation,
        image_url=notice.image_url,
        url=notice.url,
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


def _discounts(details: CheckoutDetails | CartDetails, *, tells_methods: bool) -> Body:
    is_final = isinstance(details, CheckoutDetails) and details.status == "completed"
    paths: Paths = {
        (line.line_id, None): f"$.line_items[{i}]" for i, line in enumerate(details.lines)
    }
    if tells_methods and isinstance(details, CheckoutDetails):
        paths |= {
            ("", group.group_id): f"$.fulfillment.methods[{i}].groups[{j}]"
            for i, method in enumerate(details.methods or ())
            for j, group in enumerate(method.groups)
        }
    return {
        "codes": list(details.codes or ()),
        "applied": [_applied(one, paths, is_final=is_final) for one in details.discounts],
    }


def _applied(discount: AppliedDiscount, paths: Paths, *, is_final: bool) -> Body:
    """What was taken off for a claim is provisional until that is shown to be true (DSC-12). What
    comes off the order as a whole falls nowhere (DSC-8).
    """
    shares = [
        {"path": paths.get((share.line_id, share.group_id), DELIVERY), "amount": share.amount}
        for share in discount.allocations
    ]
    return told(
        code=discount.code,
        title=discount.title,
        amount=discount.amount,
        automatic=discount.code is None,
        method=discount.method if shares else None,
        priority=discount.priority,
        provisional=(not is_final) if discount.claim else None,
        eligibility=discount.claim,
        allocations=shares or None,
    )


def _fulfillment(details: CheckoutDetails, methods: tuple[Method, ...]) -> Body:
    body: Body = {"methods": [_method(method) for method in methods]}
    if details.alternatives and details.status not in TERMINAL:
        body["available_methods"] = [_alternative(one) for one in details.alternatives]
    return body


def _alternative(alternative: Alternative) -> Body:
    """FUL-10."""
    return {
        "type": alternative.kind,
        "line_item_ids": list(alternative.line_ids),
        "fulfillable_on": alternative.fulfillable_on,
        "description": alternative.text,
    }


def _method(method: Method) -> Body:
    return {
        "id": method.method_id,
        "type": method.kind,
        "line_item_ids": list(method.line_ids),
        "destinations": [_place(place, method.kind) for place in method.destinations],
        "selected_destination_id": method.selected_destination_id,
        "groups": [_group(group) for group in method.groups],
    }


def _place(place: Destination, kind: str) -> Body:
    """Of the shape that its method says (UCP FUL-3, A-37)."""
    if kind != "pickup":
        return {"id": place.destination_id, **postal_address(place.address)}
    name = place.name or place.destination_id
    return {"id": place.destination_id, "name": name, "address": postal_address(place.address)}


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
        description=option.description,
        carrier=option.carrier,
        totals=[{"type": "total", "display_text": option.title, "amount": option.price}],
        earliest_fulfillment_time=option.earliest_at and instant(option.earliest_at),
        latest_fulfillment_time=option.latest_at and instant(option.latest_at),
    )
