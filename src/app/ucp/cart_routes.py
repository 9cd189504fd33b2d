"""Carts over REST (UCP RST-6 to RST-9)."""

from fastapi import APIRouter, Request, Response
from pydantic_core import to_json

from app.ucp import rendering
from app.ucp.access import CARTS
from app.ucp.bodies import CartBody, cart_named
from app.ucp.checkout_routes import said
from app.ucp.described import described
from app.ucp.guard import caller, named, presented, reads
from app.ucp.linking import cart_wanted
from app.ucp.presentation import Presentation
from domain.contracts.ordering import CancelCart, Ordering

CARTS_AT = "/carts"


def add(routes: APIRouter, ordering: Ordering, shown: Presentation) -> None:
    key = "optional" if shown.is_interop else "required"

    @routes.post(
        CARTS_AT, operation_id="create_cart", **described(CARTS, success=201, key="optional")
    )
    async def create_cart(request: Request, body: CartBody) -> Response:
        """Keep what somebody may want, and say about what it would cost."""
        name = await named(request, "create_cart", CARTS_AT)
        return said(
            await ordering.create_cart(body.within(presented(request), reads(request)).create(name))
        )

    @routes.get(f"{CARTS_AT}/{{id}}", operation_id="get_cart", **described(CARTS))
    async def get_cart(request: Request, id: str) -> Response:  # noqa: A002  # UCP's own name
        """Say what is in a cart."""
        details = await ordering.find_cart(cart_wanted(cart_named(id), caller(request)))
        return Response(
            to_json(rendering.cart(details, presented(request))), media_type="application/json"
        )

    @routes.put(
        f"{CARTS_AT}/{{id}}", operation_id="update_cart", **described(CARTS, key="optional")
    )
    async def update_cart(request: Request, id: str, body: CartBody) -> Response:  # noqa: A002
        """Put this in place of what was in the cart, in interop mode too (CAR-1)."""
        cart_id = cart_named(id)
        wanted = body.within(presented(request), reads(request))
        name = await named(request, "update_cart", f"{CARTS_AT}/{id}")
        return said(await ordering.update_cart(wanted.update(name, cart_id)))

    @routes.post(
        f"{CARTS_AT}/{{id}}/cancel", operation_id="cancel_cart", **described(CARTS, key=key)
    )
    async def cancel_cart(request: Request, id: str) -> Response:  # noqa: A002
        """Give a cart up, and say what was in it."""
        cart_id = cart_named(id)
        address = f"{CARTS_AT}/{id}/cancel"
        name = await named(request, "cancel_cart", address, needs_key=True)
        return said(await ordering.cancel_cart(CancelCart(request=name, cart_id=cart_id)))
