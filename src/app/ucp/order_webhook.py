from pydantic_core import to_json

from app.ucp import orders
from app.ucp.presentation import ORDER, Presentation
from domain.contracts.notifications import WEBHOOK, Dispatch
from domain.contracts.ordering import REMINDERS, OrderRevised


def order_webhook(revised: OrderRevised, /) -> Dispatch | None:
    """The whole order, for the platform whose checkout it was: in the words that it understands, and
    to where its profile said that it wants them (UCP WHK-1, WHK-2, ORD-1). Where only its buyer or
    its merchant is reminded of something, nothing has changed.
    """
    shown = Presentation.from_text(revised.presentation)
    if revised.occasion in REMINDERS or not shown.webhook_url or ORDER not in shown.capabilities:
        return None
    body = to_json(orders.order(revised.order, shown)).decode()
    return Dispatch(kind=WEBHOOK, target=shown.webhook_url, body=body)
