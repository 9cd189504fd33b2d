"""Every door has a sign that says who may enter, and no door stands before another."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from starlette.routing import BaseRoute, Route

from app.edge.access import declaration, include
from app.main import create_apps
from app.settings import Settings
from tests.conftest import a_shop
from tests.databases import a_database

PUBLIC_BY_NATURE = {"/openapi.json"}


def unsigned(routes: Iterable[BaseRoute]) -> list[str]:
    """Routes that do not say who may use them, however they came into the application."""
    return [
        path
        for route in flat(routes)
        if (path := str(getattr(route, "path", route))) not in PUBLIC_BY_NATURE
        and not is_declared(route)
    ]


def is_declared(route: BaseRoute) -> bool:
    try:
        declaration(route)
    except ValueError:
        return False
    return True


def shadowed(routes: Iterable[BaseRoute]) -> list[tuple[str, str]]:
    """What two routes would answer, of which only the first is ever asked: whatever the names of
    what stands in their paths.
    """
    shapes = Counter(
        (method, re.sub(r"\{[^}]*\}", "{}", route.path))
        for route in flat(routes)
        if isinstance(route, Route | APIRoute)
        for method in route.methods or ()
    )
    return [shape for shape, times in shapes.items() if times > 1]


def flat(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """Routers within the application hold routes of their own."""
    for route in routes:
        within = getattr(route, "original_router", None)
        yield from flat(within.routes) if within else [route]


async def test_every_route_of_the_application_declares_its_access(tmp_path: Path) -> None:
    settings = Settings(**a_shop(tmp_path, interop=True, simulation_secret="for the test"))
    async with a_database(settings.database_url):
        pass
    public, _ = create_apps(settings)

    with TestClient(public):
        routes = list(flat(public.routes))

    assert unsigned(routes) == []
    assert shadowed(routes) == []
    assert {"/healthz", "/.well-known/ucp"} <= {r.path for r in routes if isinstance(r, APIRoute)}


def test_a_route_without_a_declaration_is_noticed() -> None:
    app = FastAPI(docs_url=None, redoc_url=None)
    app.add_api_route("/open", lambda: None, openapi_extra={"x-access": "public"})
    app.add_api_route("/forgotten", lambda: None)
    app.add_api_route("/misspelt", lambda: None, openapi_extra={"x-access": "pubilc"})
    app.router.routes.append(Route("/plain", lambda _: None))
    within = APIRouter()
    within.add_api_route("/within", lambda: None)
    app.include_router(within)

    assert unsigned(app.routes) == ["/forgotten", "/misspelt", "/plain", "/within"]


def test_a_route_that_another_stands_before_is_noticed() -> None:
    app, within = FastAPI(openapi_url=None), APIRouter()
    within.add_api_route("/orders/{order_id}", lambda: None)
    app.include_router(within)
    app.add_api_route("/orders/{entry_id}", lambda: None, methods=["GET", "PUT"])
    app.add_api_route("/orders", lambda: None)

    assert shadowed(app.routes) == [("GET", "/orders/{}")]


def test_an_application_with_a_forgotten_declaration_does_not_start() -> None:
    forgetful = APIRouter()
    forgetful.add_api_route("/forgotten", lambda: None)

    with pytest.raises(RuntimeError, match="/forgotten"):
        include(FastAPI(), forgetful)
