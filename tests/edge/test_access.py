from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from app.edge.access import Declared, Gated, declaration, declared, include


def things() -> list[str]:
    return []


def a_router(declared: dict[str, Any], route_class: type[APIRoute] = Gated) -> APIRouter:
    routes = APIRouter(route_class=route_class)
    routes.add_api_route("/things", things, openapi_extra=declared)
    return routes


def test_a_route_that_says_who_may_use_it_is_served() -> None:
    app = FastAPI()

    include(app, a_router(declared("platform")))

    assert TestClient(app).get("/things").status_code == 200


@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"x-access": "everybody"},
        {"x-access": "staff"},
        {"x-access": "staff", "x-scope": "things:read"},
        {"x-access": "staff", "x-scope": "dev.ucp.shopping.order:read"},
        {"x-access": "platform", "x-scope": "orders:read"},
        {"x-access": "public", "x-scope": "orders:read"},
    ],
)
def test_a_route_that_does_not_say_keeps_the_application_from_starting(
    extra: dict[str, Any],
) -> None:
    with pytest.raises(RuntimeError, match="/things"):
        include(FastAPI(), a_router(extra))


@pytest.mark.parametrize(
    ("level", "scope"),
    [("staff", "orders:read"), ("platform", ""), ("simulation", ""), ("session", "")],
)
def test_a_route_that_says_it_and_lets_everybody_in_keeps_it_from_starting_too(
    level: str, scope: str
) -> None:
    with pytest.raises(RuntimeError, match="/things: it is for"):
        include(FastAPI(), a_router(declared(level, scope), APIRoute))


def test_what_a_route_says_can_be_read_again_and_is_in_the_document() -> None:
    routes = a_router(declared("staff", "orders:refund"))

    (route,) = routes.routes
    assert isinstance(route, APIRoute)
    assert declaration(route) == Declared("staff", "orders:refund")
    assert route.openapi_extra == {
        "x-access": "staff",
        "x-scope": "orders:refund",
        "security": [{"access_token": ["orders:refund"]}, {"api_key": ["orders:refund"]}],
    }
