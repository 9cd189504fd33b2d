"""What a platform reads first: where the shop is, and what it can do (UCP section 2)."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic_core import to_json

from app.ucp import handlers
from app.ucp.access import PUBLIC
from app.ucp.presentation import (
    BUYER_CONSENT,
    CHECKOUT,
    DISCOUNT,
    FULFILLMENT,
    ORDER,
    PARENTS,
    VERSION,
    Presentation,
)

PREFIX = "/ucp/v1"
SPECIFICATION = f"https://ucp.dev/{VERSION}/specification"
SCHEMAS = f"https://ucp.dev/{VERSION}/schemas/shopping"
SERVICE = f"https://ucp.dev/{VERSION}/services/shopping/rest.openapi.json"
PAGES = {
    CHECKOUT: "checkout",
    ORDER: "order",
    DISCOUNT: "discount",
    FULFILLMENT: "fulfillment",
    BUYER_CONSENT: "buyer-consent",
}


def router(shown: Presentation) -> APIRouter:
    routes = APIRouter(tags=["shopping"])
    body = to_json(profile(shown))
    headers = {"cache-control": "public, max-age=300"}

    @routes.head("/.well-known/ucp", openapi_extra=PUBLIC, include_in_schema=False)
    @routes.get(
        "/.well-known/ucp",
        operation_id="get_profile",
        openapi_extra=PUBLIC,
        response_class=Response,
        responses={200: {"description": "The profile.", "content": {"application/json": {}}}},
    )
    async def get_profile() -> Response:
        """Where the shop's API is and what it can do. It may be kept for five minutes."""
        return Response(body, headers=headers, media_type="application/json")

    return routes


def profile(shown: Presentation) -> dict[str, Any]:
    rest = {
        "version": VERSION,
        "transport": "rest",
        "endpoint": f"{shown.base_url}{PREFIX}",
        "spec": f"{SPECIFICATION}/overview",
        "schema": SERVICE,
    }
    return {
        "ucp": {
            "version": shown.version,
            "services": {"dev.ucp.shopping": [rest]},
            "capabilities": {
                name: [_capability(name, version)] for name, version in shown.capabilities.items()
            },
            "payment_handlers": handlers.registry(shown.payment_handlers),
        }
    }


def _capability(name: str, version: str) -> dict[str, Any]:
    page = PAGES[name]
    entry: dict[str, Any] = {
        "version": version,
        "spec": f"{SPECIFICATION}/{page}",
        "schema": f"{SCHEMAS}/{page.replace('-', '_')}.json",
    }
    return entry | ({"extends": PARENTS[name]} if name in PARENTS else {})
