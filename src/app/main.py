"""The applications: the public one, and the one for internal calls."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from starlette.applications import Starlette

from app.container import Container
from app.edge import access, health, internal
from app.edge.requests import Requests
from app.house import House, opened
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
            _open_public(app, house, settings)
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
    public.add_middleware(
        Requests, seconds=settings.request_seconds, max_body_bytes=settings.max_body_bytes
    )
    ucp.install(public)
    return public, inside


def _open_public(app: FastAPI, house: House, settings: Settings) -> None:
    operations = health.router(
        house.is_ready,
        environment=settings.environment,
        interop=settings.interop,
        contexts=settings.contexts,
    )
    access.include(app, operations)
    if "ordering" in settings.contexts:
        ordering, fulfillment = house.contract(Ordering), house.contract(Fulfillment)
        access.include(app, *ucp.routers(ordering, fulfillment, settings))


def _open_inside(inside: Starlette, house: House, settings: Settings) -> None:
    if not settings.internal_keys:
        return
    for context in settings.contexts:
        kept = house.kept(context)
        if kept.inbox:
            internal.open_to_events(inside, context, kept.inbox.receive, house.seal)
        internal.open_to(inside, kept.contract, kept.here, house.seal)
