"""Where payment providers tell us things: whoever has signed what they say is heard."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response

from app.edge.access import declared
from domain.shared.model import Conflict

SIGNED = declared("signed")
RETRY_SECONDS = "5"


def router(receive: Callable[[bytes, str], Awaitable[bool]]) -> APIRouter:
    """`receive` is given what was sent and its signature, and says whether they fit and
    make sense.
    """
    routes = APIRouter(tags=["payments"])

    @routes.post(
        "/webhooks/stripe",
        operation_id="receive_stripe_event",
        openapi_extra=SIGNED,
        status_code=204,
        responses={
            400: {"description": "It is no event, or not signed by Stripe, or was too long ago."},
            503: {"description": "Not just now: to be sent again."},
        },
    )
    async def receive_stripe_event(request: Request) -> Response:
        """For Stripe alone: it has been kept once this is answered with 204."""
        try:
            is_signed = await receive(
                await request.body(), request.headers.get("stripe-signature", "")
            )
        except Conflict:
            return Response(status_code=503, headers={"retry-after": RETRY_SECONDS})
        return Response(status_code=204 if is_signed else 400)

    return routes
