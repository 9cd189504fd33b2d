"""Checkouts over REST (UCP RST-1 to RST-5)."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic_core import to_json

from app.ucp import rendering
from app.ucp.access import CHECKOUTS
from app.ucp.bodies import CheckoutBody, NewCheckoutBody
from app.ucp.described import described
from app.ucp.errors import no_cart
from app.ucp.guard import caller, named, presented, reads
from app.ucp.linking import checkout_wanted, known_buyer
from app.ucp.payment import CompleteBody
from app.ucp.presentation import CART, CHECKOUT, Presentation
from domain.contracts.ordering import (
    Answer,
    CancelCheckout,
    Ordering,
    UnknownCart,
    UnknownCheckout,
)
from domain.shared.ids import from_public
from domain.shared.values import CheckoutId

SESSIONS = "/checkout-sessions"


def add(routes: APIRouter, ordering: Ordering, shown: Presentation) -> None:
    key = "optional" if shown.is_interop else "required"

    @routes.post(
        SESSIONS,
        operation_id="create_checkout",
        **described(CHECKOUTS, success=201, key="optional"),
    )
    async def create_checkout(request: Request, body: NewCheckoutBody) -> Response:
        """Open a checkout for these items and say what they cost."""
        name = await named(request, "create_checkout", SESSIONS)
        known = known_buyer(caller(request))
        asked = presented(request)
        has_carts = CART in asked.capabilities
        try:
            wanted = body.within(asked, reads(request))
            message = wanted.create(
                name,
                known,
                is_interop=shown.is_interop,
                has_carts=has_carts,
                may_split=asked.supports_multi_group,
            )
            return said(await ordering.create_checkout(message))
        except UnknownCart:
            return no_cart(asked, CHECKOUT)

    @routes.get(f"{SESSIONS}/{{id}}", operation_id="get_checkout", **described(CHECKOUTS))
    async def get_checkout(request: Request, id: str) -> Response:  # noqa: A002  # UCP's own name
        """Say how a checkout stands."""
        details = await ordering.find_checkout(checkout_wanted(_named(id), caller(request)))
        body = to_json(rendering.checkout(details, presented(request)))
        return Response(body, media_type="application/json")

    @routes.put(
        f"{SESSIONS}/{{id}}",
        operation_id="update_checkout",
        **described(CHECKOUTS, key="optional"),
    )
    async def update_checkout(request: Request, id: str, body: CheckoutBody) -> Response:  # noqa: A002
        """Put this in place of what was wanted, and say what it costs."""
        checkout_id = _named(id)
        name = await named(request, "update_checkout", f"{SESSIONS}/{id}")
        known = known_buyer(caller(request))
        asked = presented(request)
        is_kept = shown.is_interop and body.context is None  # with the language in it (INTEROP 5)
        message = body.within(asked, None if is_kept else reads(request)).update(
            name,
            checkout_id,
            known,
            is_interop=shown.is_interop,
            may_split=asked.supports_multi_group,
        )
        return said(await ordering.update_checkout(message))

    @routes.post(
        f"{SESSIONS}/{{id}}/complete",
        operation_id="complete_checkout",
        **described(CHECKOUTS, key=key),
    )
    async def complete_checkout(request: Request, id: str, body: CompleteBody) -> Response:  # noqa: A002
        """Place the order, and pay for it."""
        checkout_id = _named(id)
        address = f"{SESSIONS}/{id}/complete"
        name = await named(request, "complete_checkout", address, needs_key=True)
        message = body.complete(name, checkout_id, presented(request))
        return said(await ordering.complete_checkout(message))

    @routes.post(
        f"{SESSIONS}/{{id}}/cancel",
        operation_id="cancel_checkout",
        **described(CHECKOUTS, key=key),
    )
    async def cancel_checkout(request: Request, id: str) -> Response:  # noqa: A002
        """Give a checkout up."""
        checkout_id = _named(id)
        address = f"{SESSIONS}/{id}/cancel"
        name = await named(request, "cancel_checkout", address, needs_key=True)
        message = CancelCheckout(request=name, checkout_id=checkout_id)
        return said(await ordering.cancel_checkout(message))


def _named(text: str) -> CheckoutId:
    """What is no id of ours names nothing (ERR-6)."""
    if (known := from_public("chk", text)) is None:
        raise UnknownCheckout(CheckoutId(UUID(int=0)))
    return CheckoutId(known)


def said(answer: Answer) -> Response:
    return Response(answer.body, answer.code, media_type="application/json")
