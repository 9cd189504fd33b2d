"""What a buyer gets by e-mail once an order is placed (UCP CHK-9)."""

from collections.abc import Iterable

from app.pages.countries import name_of
from app.pages.money import told
from app.ucp.presentation import Presentation
from app.ucp.rendering import order_url
from domain.contracts.notifications import MAIL, Dispatch
from domain.contracts.ordering import Expectation, OrderDetails, OrderRevised
from domain.shared.emails import is_email
from domain.shared.ids import public
from domain.shared.values import Address

PLACED = "placed"


def confirmation(revised: OrderRevised, /) -> Dispatch | None:
    """For the buyer, if they said where to write to. Only the order itself is told once: all that
    comes after is on its page.
    """
    order = revised.order
    email = order.buyer.email if order.buyer else None
    if revised.occasion != PLACED or not email or not is_email(email):
        return None
    number = public("ord", order.order_id)
    link = order_url(number, Presentation.from_text(revised.presentation))
    return Dispatch(
        kind=MAIL, target=email, title=f"Your order {number}", body=_text(order, number, link)
    )


def _text(order: OrderDetails, number: str, link: str) -> str:
    parts = [
        "Thank you for your order.",
        f"Order {number}",
        "\n".join(_lines(order)),
        "\n".join(f"{one.text}: {told(one.amount, order.currency)}" for one in order.totals),
        *(f"{_how(one)}:\n{_address(one.destination)}" for one in order.expectations),
        f"How it stands can be seen at any time:\n{link}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _lines(order: OrderDetails) -> Iterable[str]:
    for line in order.lines:
        yield f"{line.units_ordered} x {line.title}: {told(line.total, order.currency)}"


def _how(promise: Expectation) -> str:
    return "You collect it at" if promise.method_kind == "pickup" else "It goes to"


def _address(to: Address) -> str:
    place = " ".join(filter(None, (to.address_locality, to.address_region, to.postal_code)))
    name = " ".join(filter(None, (to.first_name, to.last_name)))
    rows = (name, to.street_address, to.extended_address, place, name_of(to.address_country))
    return "\n".join(filter(None, rows))
