"""An order as its page shows it: how far it is, without saying who ordered or where it goes.

The address of an order is handed on more easily than that of a checkout, and never expires: what
it shows is what may be seen by whoever holds a parcel's label.
"""

from dataclasses import dataclass
from datetime import datetime

from app.pages import money
from app.pages.checkout_view import TotalView, total_view
from app.pages.countries import name_of
from app.pages.happenings import (
    AdjustmentView,
    ParcelView,
    adjustment_view,
    given_back,
    parcels,
)
from domain.contracts.ordering import OrderDetails, OrderLine
from domain.shared.ids import public

DELIVERED = "delivered"


@dataclass(frozen=True, kw_only=True)
class LineView:
    title: str
    image_url: str | None
    unit_price: str
    units: int
    total: str
    state: str
    is_removed: bool


@dataclass(frozen=True, kw_only=True)
class OrderView:
    """`steps` are those of an order that goes well, each with whether it is reached."""

    number: str
    title: str
    text: str
    is_new: bool
    is_cancelled: bool
    steps: tuple[tuple[str, bool], ...]
    placed_at: datetime
    lines: tuple[LineView, ...]
    totals: tuple[TotalView, ...]
    given_back: tuple[tuple[str, str], ...]
    currency: str
    goes_to: str
    goes_by: str
    email: str
    parcels: tuple[ParcelView, ...]
    adjustments: tuple[AdjustmentView, ...]


def view(order: OrderDetails, *, is_new: bool = False) -> OrderView:
    title, text = _standing(order)
    sent = any(line.units_fulfilled for line in order.lines)
    steps = (("Placed", True), ("Sent", sent), ("Delivered", _is_delivered(order)))
    promise = next(iter(order.expectations), None)
    return OrderView(
        number=public("ord", order.order_id),
        title=title,
        text=text,
        is_new=is_new and not order.is_cancelled,
        is_cancelled=order.is_cancelled,
        steps=steps,
        placed_at=order.placed_at,
        lines=tuple(_line(line, order.currency) for line in order.lines),
        totals=tuple(total_view(entry, order.currency) for entry in order.totals),
        given_back=given_back(order),
        currency=order.currency,
        goes_to=_place(promise.destination.address_locality, promise.destination.address_country)
        if promise
        else "",
        goes_by=(promise.description or "") if promise else "",
        email=masked(order.buyer.email if order.buyer else None),
        parcels=tuple(parcels(order)),
        adjustments=tuple(adjustment_view(a, order) for a in order.adjustments),
    )


def masked(email: str | None) -> str:
    """Enough for its owner to know it by: one letter on either side."""
    name, at, domain = (email or "").rpartition("@")
    return f"{name[:1]}•••{at}{domain[:1]}•••" if name else ""


def _standing(order: OrderDetails) -> tuple[str, str]:
    if order.is_cancelled:
        return "Cancelled", _money_back(order)
    wanted = sum(line.units for line in order.lines)
    sent = sum(line.units_fulfilled for line in order.lines)
    if not wanted:
        return "Nothing is left of this order", "All of its items were taken back."
    if _is_delivered(order):
        return "Delivered", "All of your order has arrived."
    if sent >= wanted:
        return "On its way", "All of your order has been sent."
    if sent:
        return "Partly on its way", f"{sent} of {wanted} items have been sent."
    return "Being prepared", "Nothing has been sent yet."


def _money_back(order: OrderDetails) -> str:
    states = {a.status for a in order.adjustments if a.kind == "cancellation"}
    if "failed" in states:
        return "The money could not be given back: please get in touch with the shop."
    if "pending" in states:
        return "Nothing will be sent. What you paid is being given back."
    return "Nothing will be sent. You are not charged, or have your money back."


def _is_delivered(order: OrderDetails) -> bool:
    """Whether as much arrived as was ordered and not taken back."""
    arrived = sum(x.units for e in order.events if e.kind == DELIVERED for x in e.lines)
    wanted = sum(line.units for line in order.lines)
    return wanted > 0 and arrived >= wanted


def _line(line: OrderLine, currency: str) -> LineView:
    return LineView(
        title=line.title,
        image_url=line.image_url if (line.image_url or "").startswith("https://") else None,
        unit_price=money.told(line.unit_price, currency),
        units=line.units_ordered,
        total=money.told(line.total, currency),
        state=_line_state(line),
        is_removed=line.units == 0,
    )


def _line_state(line: OrderLine) -> str:
    if line.units == 0:
        return "Taken back"
    taken = line.units_ordered - line.units
    back = f", {taken} taken back" if taken else ""
    if line.units_fulfilled >= line.units:
        return f"Sent{back}"
    if line.units_fulfilled:
        return f"{line.units_fulfilled} of {line.units} sent{back}"
    return f"Being prepared{back}"


def _place(town: str | None, country: str | None) -> str:
    return ", ".join(filter(None, (town, name_of(country))))
