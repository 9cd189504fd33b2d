"""The applications: the public one, and the one for internal calls."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from app import merchant
from app.container import Container
from app.context_map import CONSUMERS
from app.edge import (
    access,
    dead_letters,
    described,
    desk,
    event_document,
    health,
    internal,
    problems,
    webhooks,
)
from app.edge.deeds import Deeds
from app.edge.gate import Gate
from app.edge.plain import Doors
from app.edge.requests import Requests
from app.house import House, opened
from app.map.asyncapi import asyncapi
from app.oauth import errors as oauth_errors
from app.oauth import routes as oauth
from app.oauth.authorize import Authorization
from app.oauth.issuer import Issuer
from app.oauth.minting import Mint
from app.pages import routes as pages
from app.pages.account import routes as account_pages
from app.pages.guard import failed as page_of
from app.pages.paper import Paper
from app.settings import Settings
from app.ucp import rest as ucp
from app.ucp.goods.browsing import Browsing
from app.ucp.goods.sources import Sources
from app.ucp.signing import Signing
from domain.contracts.catalog import Catalog
from domain.contracts.fulfillment import Fulfillment
from domain.contracts.identity import Identity
from domain.contracts.inventory import Inventory
from domain.contracts.ordering import Ordering


def create_apps(
    settings: Settings, container: Container | None = None
) -> tuple[FastAPI, Starlette]:
    """Two applications for two listeners, in one process and one event loop.

    The lifespan of the public one opens and closes what both need: it is around both.
    """
    inside = Starlette()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with opened(settings, container) as house:
            app.state.house = house
            access.include(app, *public_routers(house, settings))
            _open_inside(inside, house, settings)
            house.start()
            yield
            await house.stop(settings.drain_seconds)

    public = FastAPI(
        title="Freestone",
        version=version("freestone"),
        description="An order-to-cash backend. Shopping API: UCP 2026-04-08.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    failed = _failing(Paper.of(settings))

    async def unknown(request: Request, failure: Exception) -> Response:
        return failed(request.url.path, failure)

    public.add_middleware(Doors)
    public.add_middleware(
        Requests,
        seconds=settings.request_seconds,
        max_body_bytes=settings.max_body_bytes,
        failed=failed,
    )
    public.add_exception_handler(HTTPException, unknown)
    described.describe(public)
    return public, inside


def public_routers(house: House, settings: Settings) -> list[APIRouter]:
    """Everything that is answered to others: shopping where that is kept, staff, operations.

    Where a path could mean two routes, the first of them is asked.
    """
    operations = health.router(
        house.is_ready,
        environment=settings.environment,
        interop=settings.interop,
        contexts=settings.contexts,
    )
    identity = house.contract(Identity)
    gate, served = Gate.of(identity, settings), list[APIRouter]()
    if "ordering" in settings.contexts:
        ordering, fulfillment = house.contract(Ordering), house.contract(Fulfillment)
        sources = Sources(house.contract(Catalog), house.contract(Inventory), settings.currency)
        browsing, signing = Browsing(sources), Signing(house.message_keys, house.sign_response)
        served += ucp.routers(
            ordering, fulfillment, browsing, gate, settings, house.strangers, signing
        )
    if "identity" in settings.contexts:
        served.append(_oauth(house, gate, settings))
    at_desk = desk.Desk(gate, Deeds(identity))
    served += [*merchant.routers(house.contract, settings.contexts, at_desk), operations]
    served.append(dead_letters.router(house.dead_letters, tuple(CONSUMERS), at_desk))
    served.append(event_document.router(asyncapi))
    if "payments" in settings.contexts and settings.stripe_webhook_secret:
        served.append(webhooks.router(house.hear_stripe))
    return served + _pages(house, gate, settings)


def _pages(house: House, gate: Gate, settings: Settings) -> list[APIRouter]:
    """What people open in a browser: where orders are kept, and where accounts are."""
    paper, shown = Paper.of(settings), []
    if "ordering" in settings.contexts:
        ordering, catalog = house.contract(Ordering), house.contract(Catalog)
        shown.append(pages.router(ordering, catalog, paper, gate, settings))
    if "identity" in settings.contexts:
        identity = house.contract(Identity)
        authorization = Authorization(identity, Issuer(settings.base_url))
        shown.append(account_pages.router(identity, authorization, paper, gate, settings))
    return [pages.front(paper, gate), *shown] if shown else []


def _oauth(house: House, gate: Gate, settings: Settings) -> APIRouter:
    identity, at = house.contract(Identity), settings.base_url
    mint = Mint(Issuer(at), house.sign, house.clock, settings.access_token_seconds)
    return oauth.router(identity, gate.callers.tokens, mint)


def _failing(paper: Paper) -> Callable[[str, Exception], Response]:
    """What no route was asked about is answered in the words of whom it is addressed to."""

    def failed(path: str, failure: Exception) -> Response:
        if pages.is_at(path):
            return page_of(paper, failure)
        if oauth.is_at(path):
            return oauth_errors.answered(failure)
        return problems.answered(failure) if desk.is_at(path) else ucp.failed(failure)

    return failed


def _open_inside(inside: Starlette, house: House, settings: Settings) -> None:
    if not settings.internal_keys:
        return
    for context in settings.contexts:
        kept = house.kept(context)
        if kept.inbox:
            internal.open_to_events(inside, context, kept.inbox.receive_all, house.seal)
            internal.open_to_letters(inside, context, kept.inbox, house.seal)
        internal.open_to(inside, kept.contract, kept.here, house.seal)
