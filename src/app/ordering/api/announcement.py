"""An order as a merchant's own systems are told of it: as this API shows it, but for what staff noted."""

from app.ordering.api.shown_orders import OrderBody
from domain.contracts.notifications import EVENTS, Announcement
from domain.contracts.ordering import RETURN_REMINDER, OrderRevised

FOR_STAFF = {"note", "trouble"}
ELSE = "order.updated"


def announcement(revised: OrderRevised, /) -> Announcement | None:
    """What happened and has no name of ours is told as an update; where nothing changed, nothing is."""
    if revised.occasion == RETURN_REMINDER:
        return None
    event = f"order.{revised.occasion}"
    shown = OrderBody.of(revised.order)
    return Announcement(
        event=event if event in EVENTS else ELSE,
        name=shown.id,
        content=shown.model_dump_json(exclude=FOR_STAFF),
    )
