"""What a buyer gets by e-mail where goods that they wanted to send back have not come yet."""

from app.ucp.presentation import Presentation
from app.ucp.rendering import order_url
from domain.contracts.notifications import MAIL, Dispatch
from domain.contracts.ordering import RETURN_REMINDER, OrderRevised
from domain.shared.emails import is_email
from domain.shared.ids import public


def return_reminder(revised: OrderRevised, /) -> Dispatch | None:
    """For the buyer, if they said where to write to."""
    order = revised.order
    email = order.buyer.email if order.buyer else None
    if revised.occasion != RETURN_REMINDER or not email or not is_email(email):
        return None
    number = public("ord", order.order_id)
    link = order_url(number, Presentation.from_text(revised.presentation))
    units = _awaited(revised)
    goods = [f"{units[i.line_id]} x {i.title}" for i in order.lines if units.get(i.line_id)]
    until = f"{revised.until:%Y-%m-%d}" if revised.until else ""
    wish = (
        f"Please send it so that it is here by {until}. What has not come by then is not awaited any "
        "more: nothing is given back for it."
    )
    parts = [
        f"Of your order {number} this is to come back to us, and has not come yet:",
        "\n".join(goods),
        wish,
        f"How the order stands can be seen at any time:\n{link}",
    ]
    return Dispatch(
        kind=MAIL,
        target=email,
        title=f"What is to come back of your order {number}",
        body="\n\n".join(parts) + "\n",
    )


def _awaited(revised: OrderRevised) -> dict[str, int]:
    """By line; all that is to come back of the order, where an older sender did not say in which return."""
    lines = revised.order.lines
    return {line.line_id: line.units for line in revised.awaited} or {
        line.line_id: line.units_returning for line in lines
    }
