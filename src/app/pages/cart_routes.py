"""A cart in a browser: looked at, and taken to a checkout (UCP CAR-5)."""

from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic_core import from_json

from app.pages import told
from app.pages.checkout_view import line_view, total_view
from app.pages.form import read
from app.pages.paper import Paper
from domain.contracts import ordering as contract
from domain.contracts.ordering import (
    CartDetails,
    CreateCheckout,
    FindCart,
    Ordering,
    UnknownCart,
)
from domain.shared.ids import from_public
from domain.shared.values import CartId

SOLD_OUT = ("None of these items can be bought at the moment. Nothing was ordered.",)


def add(routes: APIRouter, ordering: Ordering, paper: Paper, link: dict[str, Any]) -> None:
    """Whoever has its address acts as the client that a cart belongs to, as at the till; and need not
    be its buyer, of whom they learn nothing.
    """

    @routes.api_route("/cart/{name}", methods=["GET", "HEAD"], **link)
    async def show(name: str) -> Response:
        details = await _found(ordering, name)
        return paper.page(
            "cart.html",
            key=token_urlsafe(24),
            action=f"{paper.root}/cart/{name}/checkout",
            lines=[
                line_view(line, details.currency, {}, told.beside(details.notices, index))
                for index, line in enumerate(details.lines)
            ],
            totals=[total_view(entry, details.currency) for entry in details.totals],
            currency=details.currency,
            expires_at=details.expires_at,
            left_out="",
        )

    @routes.post("/cart/{name}/checkout", **link)
    async def check_out(request: Request, name: str) -> Response:
        filled = read(await request.body(), request.headers.get("content-type", ""))
        details = await _found(ordering, name)
        said = await ordering.create_checkout(
            CreateCheckout(
                request=_request(details, filled["key"]),
                lines=(),
                cart_id=details.cart_id,
                by_link=True,
            )
        )
        if checkout := from_json(said.body).get("id"):
            return paper.sent_on(f"/checkout/{checkout}")
        return paper.said("Nothing of this is left", *SOLD_OUT)


def _request(details: CartDetails, key: str) -> contract.Request:
    """A form that is sent again is the same request: its key was minted when its cart was shown, and
    is another's on the page of another.
    """
    name = sha256(f"{details.cart_id} {key}".encode()).hexdigest()
    return contract.Request(
        client=details.client, operation="page_check_out", key=name, fingerprint=name
    )


async def _found(ordering: Ordering, name: str) -> CartDetails:
    """What is no id of ours names nothing. Refuses with `UnknownCart`."""
    if (known := from_public("cart", name)) is None:
        raise UnknownCart(CartId(UUID(int=0)))
    return await ordering.find_cart(FindCart(cart_id=CartId(known)))
