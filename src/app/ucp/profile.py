"""What a platform reads first: where the shop is, and what it can do (UCP section 2).

It is at an address of its own that leads nowhere else, and may be kept (PRF-1, PRF-2, PRF-3); one
version is told of, that which is served (PRF-8, PRF-9).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Response
from pydantic_core import to_json

from app.ucp import handlers, scopes
from app.ucp.access import PUBLIC
from app.ucp.presentation import (
    BUYER_CONSENT,
    CART,
    CATALOG_LOOKUP,
    CATALOG_SEARCH,
    CHECKOUT,
    DISCOUNT,
    FULFILLMENT,
    IDENTITY_LINKING,
    ORDER,
    PARENTS,
    VERSION,
    Presentation,
)

PREFIX = "/ucp/v1"
SPECIFICATION = f"https://ucp.dev/{VERSION}/specification"
SCHEMAS = f"https://ucp.dev/{VERSION}/schemas"
SERVICES = f"https://ucp.dev/{VERSION}/services/shopping"
MCP = "/ucp/mcp"
BINDINGS = {"rest": (PREFIX, "rest.openapi.json"), "mcp": (MCP, "mcp.openrpc.json")}
"""Where each transport is, behind the base URL, and what describes it (PRF-5, PRF-6)."""
DELIVERY = {
    "allows_multi_destination": {"shipping": True, "pickup": True},
    "allows_method_combinations": [["shipping", "pickup"]],
}
"""How goods may be sent (`business_fulfillment_config.json`)."""
PAGES = {
    CHECKOUT: "checkout",
    CART: "cart",
    ORDER: "order",
    CATALOG_SEARCH: "catalog/search",
    CATALOG_LOOKUP: "catalog/lookup",
    DISCOUNT: "discount",
    FULFILLMENT: "fulfillment",
    BUYER_CONSENT: "buyer-consent",
    IDENTITY_LINKING: "identity-linking",
}


OWN = "/platform.json"
"""Of the platform that the shop itself is to those who have no profile: our own command line, say."""
Keys = Callable[[], Sequence[Mapping[str, Any]]]


def router(shown: Presentation, gated: tuple[str, ...], keys: Keys) -> APIRouter:
    routes = APIRouter(tags=["shopping"])
    served, own = Served(lambda told: profile(shown, gated, told), keys), to_json(platform(shown))
    headers = {"cache-control": "public, max-age=300"}
    described: dict[str, Any] = {
        "openapi_extra": PUBLIC,
        "response_class": Response,
        "responses": {200: {"description": "The profile.", "content": {"application/json": {}}}},
    }

    @routes.head("/.well-known/ucp", openapi_extra=PUBLIC, include_in_schema=False)
    @routes.get("/.well-known/ucp", operation_id="get_profile", **described)
    async def get_profile() -> Response:
        """Where the shop's API is and what it can do. It may be kept for five minutes."""
        return Response(served.body(), headers=headers, media_type="application/json")

    @routes.get(OWN, operation_id="get_platform_profile", **described)
    async def get_platform_profile() -> Response:
        """What a platform without a profile of its own can name in `UCP-Agent`: it can do all that
        the shop can, is told of no events, and signs nothing.
        """
        return Response(own, headers=headers, media_type="application/json")

    return routes


class Served:
    """The bytes of a profile, made once, and anew when there are other keys (UCP PRF-4)."""

    def __init__(self, make: Callable[[Sequence[Mapping[str, Any]]], Any], keys: Keys) -> None:
        self._make, self._keys = make, keys
        self._told: Sequence[Mapping[str, Any]] | None = None
        self._body = b""

    def body(self) -> bytes:
        if (told := self._keys()) != self._told:
            self._told, self._body = told, to_json(self._make(told))
        return self._body


def profile(
    shown: Presentation, gated: tuple[str, ...], keys: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """`gated` are the scopes that operations are not served without. Linking is offered beside what
    is negotiated, and is no part of it (PRF-10). What we sign is signed with one of the `keys`, of
    which nothing is told that is not public (PRF-11, SIG-15).
    """
    told: dict[str, Any] = {
        "ucp": {
            "version": shown.version,
            "services": {
                "dev.ucp.shopping": [
                    _binding(transport) | {"endpoint": f"{shown.base_url}{path}"}
                    for transport, (path, _) in BINDINGS.items()
                ]
            },
            "capabilities": {
                **_capabilities(shown),
                IDENTITY_LINKING: [
                    _capability(IDENTITY_LINKING, VERSION) | {"config": scopes.config(gated)}
                ],
            },
            "payment_handlers": handlers.registry(shown),
        }
    }
    told["ucp"]["capabilities"][FULFILLMENT][0]["config"] = DELIVERY
    return told | ({"signing_keys": list(keys)} if keys else {})


def platform(shown: Presentation) -> dict[str, Any]:
    """As `profile_schema.json` has it of platforms."""
    services = [_binding(transport) for transport in BINDINGS]
    return {
        "ucp": {
            "version": shown.version,
            "services": {"dev.ucp.shopping": services},
            "capabilities": _capabilities(shown),
            "payment_handlers": {},
        }
    }


def _capabilities(shown: Presentation) -> dict[str, list[dict[str, Any]]]:
    return {name: [_capability(name, v)] for name, v in shown.capabilities.items()}


def _binding(transport: str) -> dict[str, Any]:
    return {
        "version": VERSION,
        "transport": transport,
        "spec": f"{SPECIFICATION}/overview",
        "schema": f"{SERVICES}/{BINDINGS[transport][1]}",
    }


def _capability(name: str, version: str) -> dict[str, Any]:
    """With where it is described, by those whose it is (NAM-1, NAM-3, NAM-4)."""
    page, folder = PAGES[name], name.split(".")[2]
    entry: dict[str, Any] = {
        "version": version,
        "spec": f"{SPECIFICATION}/{page}",
        "schema": f"{SCHEMAS}/{folder}/{page.replace('-', '_').replace('/', '_')}.json",
    }
    return entry | ({"extends": list(PARENTS[name])} if name in PARENTS else {})
