"""The shopping API over REST (UCP sections 9, 10 and 19)."""

from collections.abc import Sequence

from fastapi import APIRouter, Response

from app.edge.access import Gated
from app.edge.gate import Gate
from app.edge.strangers import Strangers
from app.settings import Settings
from app.ucp import (
    cart_routes,
    checkout_routes,
    errors,
    handlers,
    links,
    order_routes,
    profile,
    simulation,
)
from app.ucp.access import Doors
from app.ucp.goods import routes as goods_routes
from app.ucp.goods.browsing import Browsing
from app.ucp.guard import guarded
from app.ucp.mcp import binding as mcp
from app.ucp.platforms.meeting import Platforms
from app.ucp.presentation import Presentation
from app.ucp.profile import PREFIX
from app.ucp.signing import UNSIGNED, Signing
from domain.contracts.fulfillment import Fulfillment
from domain.contracts.ordering import Ordering


def routers(
    ordering: Ordering,
    fulfillment: Fulfillment,
    browsing: Browsing,
    gate: Gate,
    settings: Settings,
    strangers: Strangers,
    signing: Signing = UNSIGNED,
) -> Sequence[APIRouter]:
    """All of the shopping API, over REST and MCP. In interop mode it answers at the base URL too
    (INTEROP 8).
    """
    shown = presented(settings)

    async def is_known(url: str) -> bool:
        return await gate.callers.signing(url) is not None

    platforms = Platforms(shown, f"{shown.base_url}{profile.OWN}", strangers, is_known)
    doors = Doors(gate, platforms, frozenset(settings.gated_scopes))
    kind = guarded(doors, shown, signing)
    served = [
        profile.router(shown, settings.gated_scopes, signing.keys),
        _operations(ordering, browsing, shown, kind, prefix=PREFIX),
        mcp.router(shown, settings.max_body_bytes, signing),
    ]
    if settings.interop:
        served.append(_operations(ordering, browsing, shown, kind, prefix=""))
        if settings.simulation_secret:
            served.append(simulation.router(ordering, fulfillment, doors, shown))
    return served


def presented(settings: Settings) -> Presentation:
    """How this deployment answers as long as nothing else is negotiated."""
    offered = handlers.offered(settings.payment_handlers, environment=settings.environment)
    return Presentation(
        base_url=settings.base_url,
        links=links.of(settings),
        is_interop=settings.interop,
        payment_handlers=offered,
        instruments=handlers.accepted(offered, settings.card_brands),
    )


def failed(failure: Exception) -> Response:
    """The answer to a request that no route of ours was asked about."""
    return errors.answered(failure, Presentation())


def _operations(
    ordering: Ordering, browsing: Browsing, shown: Presentation, kind: type[Gated], *, prefix: str
) -> APIRouter:
    """What is served at the base URL is the same, and described only once."""
    routes = APIRouter(
        prefix=prefix,
        tags=["shopping"],
        route_class=kind,
        include_in_schema=bool(prefix),
        strict_content_type=False,  # the header need not be sent (RST-25)
    )
    checkout_routes.add(routes, ordering, shown)
    cart_routes.add(routes, ordering, shown)
    order_routes.add(routes, ordering, shown)
    goods_routes.add(routes, browsing)
    return routes
