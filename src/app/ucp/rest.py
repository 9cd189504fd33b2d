"""The shopping API over REST (UCP sections 9, 10 and 19)."""

from collections.abc import Sequence

from fastapi import APIRouter, Response

from app.settings import Settings
from app.ucp import checkout_routes, errors, handlers, order_routes, profile, simulation
from app.ucp.access import Doors, Platforms
from app.ucp.guard import guarded
from app.ucp.presentation import Presentation
from app.ucp.profile import PREFIX
from domain.contracts.fulfillment import Fulfillment
from domain.contracts.ordering import Ordering


def routers(
    ordering: Ordering, fulfillment: Fulfillment, settings: Settings
) -> Sequence[APIRouter]:
    """All of the shopping API. In interop mode it answers at the base URL too (INTEROP 8)."""
    shown = presented(settings)
    doors = Doors(Platforms(ordering), settings.interop, settings.simulation_secret)
    served = [profile.router(shown), _operations(ordering, doors, shown, prefix=PREFIX)]
    if settings.interop:
        served.append(_operations(ordering, doors, shown, prefix=""))
        if settings.simulation_secret:
            served.append(simulation.router(ordering, fulfillment, doors, shown))
    return served


def presented(settings: Settings) -> Presentation:
    """How this deployment answers as long as nothing else is negotiated."""
    offered = handlers.offered(settings.payment_handlers, environment=settings.environment)
    return Presentation(
        base_url=settings.base_url, is_interop=settings.interop, payment_handlers=offered
    )


def failed(failure: Exception) -> Response:
    """The answer to a request that no route of ours was asked about."""
    return errors.answered(failure, Presentation())


def _operations(ordering: Ordering, doors: Doors, shown: Presentation, *, prefix: str) -> APIRouter:
    """What is served at the base URL is the same, and described only once."""
    routes = APIRouter(
        prefix=prefix,
        tags=["shopping"],
        route_class=guarded(doors, shown),
        include_in_schema=bool(prefix),
    )
    checkout_routes.add(routes, ordering, shown)
    order_routes.add(routes, ordering, shown)
    return routes
