"""An order as a merchant's own systems are told of it: as this API shows it, but for what staff noted."""

from pydantic_core import to_json

from app.ordering.api.shown_orders import OrderBody
from domain.contracts.notifications import EVENTS, Announcement
from domain.contracts.ordering import PAYMENT_LAPSING, RETURN_REMINDER, OrderRevised

FOR_STAFF = {"note", "trouble"}
ELSE = "order.updated"


def announcement(revised: OrderRevised, /) -> Announcement | None:
    """What happened and has no name of ours is told as an update; where only its buyer
    is reminded of something, nothing is.
    """
    if revised.occasion == RETURN_REMINDER:
        return None
    event = f"order.{revised.occasion}"
    shown = OrderBody.of(revised.order)
    content = shown.model_dump(mode="json", exclude=FOR_STAFF)
    if revised.occasion == PAYMENT_LAPSING:
        content["payment_held_until"] = revised.until
    return Announcement(
        event=event if event in EVENTS else ELSE,
        name=shown.id,
        content=to_json(content).decode(),
    )
