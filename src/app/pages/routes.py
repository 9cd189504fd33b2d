"""The pages' addresses: who has one may see what it names, and nobody is asked who they are."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException

from app.edge.access import declared
from app.edge.gate import Gate
from app.pages import cart_routes, checkout_routes, order_view, permalink_routes, permalinks
from app.pages.account import routes as account
from app.pages.guard import guarded
from app.pages.paper import SHEETS, Paper
from app.pages.payment import Payment
from app.pages.till import Till
from app.settings import Settings
from app.ucp import handlers
from app.ucp.rest import presented
from app.ucp.scopes import MANAGE_CHECKOUTS
from domain.contracts.catalog import Catalog
from domain.contracts.ordering import FindOrder, Ordering, UnknownOrder
from domain.shared.ids import from_public
from domain.shared.values import OrderId

LINK: dict[str, Any] = {"openapi_extra": declared("link"), "include_in_schema": False}
PUBLIC: dict[str, Any] = {"openapi_extra": declared("public"), "include_in_schema": False}
NOTHING_HERE = (
    "Others bring you to this shop, with what you have chosen: a shop window, an app, an assistant.",
    "If you were sent here, none of that can be bought just now. Please go back and choose again.",
)
AT = ("/cart/", "/checkout/", "/order/", SHEETS)


def is_at(path: str) -> bool:
    """Whether this is the address of a page."""
    return path in ("/", permalinks.AT) or path.startswith(AT) or account.is_at(path)


def router(
    ordering: Ordering, catalog: Catalog, paper: Paper, gate: Gate, settings: Settings
) -> APIRouter:
    routes = APIRouter(route_class=guarded(paper, gate))
    offered = handlers.offered(settings.payment_handlers, environment=settings.environment)
    checkout_routes.add(routes, Till(ordering, paper, Payment(offered)), LINK)

    cart_routes.add(routes, ordering, paper, LINK)
    if MANAGE_CHECKOUTS not in settings.gated_scopes:  # or else nobody buys unknown
        shown, currency = presented(settings), settings.currency
        permalink_routes.add(
            routes, ordering, catalog, paper, PUBLIC, currency=currency, shown=shown
        )

    @routes.api_route("/order/{name}", methods=["GET", "HEAD"], **LINK)
    async def order(name: str, told: str = "") -> Response:
        if (known := from_public("ord", name)) is None:
            raise UnknownOrder(OrderId(UUID(int=0)))
        details = await ordering.find_order(FindOrder(order_id=OrderId(known)))
        return paper.page("order.html", view=order_view.view(details, is_new=told == "placed"))

    return routes


def front(paper: Paper, gate: Gate) -> APIRouter:
    """What every page needs, and the door: served once, whatever pages are."""
    routes = APIRouter(route_class=guarded(paper, gate))

    @routes.api_route(f"{SHEETS}{{name}}", methods=["GET", "HEAD"], **PUBLIC)
    async def sheet(name: str) -> Response:
        if (found := paper.sheet(name)) is None:
            raise HTTPException(404)
        return found

    @routes.api_route("/", methods=["GET", "HEAD"], **PUBLIC)
    async def door() -> Response:
        """Where clients send buyers of whose basket nothing can be sold."""
        return paper.said("There is nothing to choose from here", *NOTHING_HERE)

    return routes
