"""The applications: the public one, and the one for internal calls."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from app import merchant
from app.container import Container
from app.edge import access, described, desk, health, internal, problems, webhooks
from app.edge.requests import Requests
from app.house import House, opened
from app.pages import routes as pages
from app.pages.guard import failed as page_of
from app.pages.paper import Paper
from app.settings import Settings
from app.ucp import rest as ucp
from domain.contracts.fulfillment import Fulfillment
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
    """Everything that is answered to others: operations, staff, and shopping where that is kept."""
    operations = health.router(
        house.is_ready,
        environment=settings.environment,
        interop=settings.interop,
        contexts=settings.contexts,
    )
    served = [
        operations,
        *merchant.routers(house.contract, settings.contexts, desk.Desk(settings.admin_key)),
    ]
    if "payments" in settings.contexts and settings.stripe_webhook_secret:
        served.append(webhooks.router(house.hear_stripe))
    if "ordering" in settings.contexts:
        ordering, fulfillment = house.contract(Ordering), house.contract(Fulfillment)
        served += ucp.routers(ordering, fulfillment, settings)
        served.append(pages.router(ordering, Paper.of(settings), settings))
    return served


def _failing(paper: Paper) -> Callable[[str, Exception], Response]:
    """What no route was asked about is answered in the words of whom it is addressed to."""

    def failed(path: str, failure: Exception) -> Response:
        if pages.is_at(path):
            return page_of(paper, failure)
        return problems.answered(failure) if desk.is_at(path) else ucp.failed(failure)

    return failed


def _open_inside(inside: Starlette, house: House, settings: Settings) -> None:
    if not settings.internal_keys:
        return
    for context in settings.contexts:
        kept = house.kept(context)
        if kept.inbox:
            internal.open_to_events(inside, context, kept.inbox.receive, house.seal)
        internal.open_to(inside, kept.contract, kept.here, house.seal)
