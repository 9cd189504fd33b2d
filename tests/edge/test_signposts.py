"""Whoever asks for something gets to the route that would have been found one after the other."""

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from app.edge.signposts import Signposts

PATHS = (
    "/orders",
    "/orders/newest",
    "/orders/{order_id}",
    "/orders/{order_id}/lines",
    "/orders/oldest",
    "/orders/o-{number}",
    "/files/{name:path}",
    "/files/of/{order_id}",
    "/{anything}",
    "/late",
)
ASKED = (
    "/",
    "/orders",
    "/orders/",
    "/orders/newest",
    "/orders/oldest",
    "/orders/17",
    "/orders/17/",
    "/orders/17/lines",
    "/orders/17/rows",
    "/orders/newest/lines",
    "/orders/o-17",
    "/orders//lines",
    "/files/",
    "/files",
    "/files/of/17",
    "/files/a/b/c",
    "/late",
    "/later",
    "//",
    "/ORDERS",
    "/orders%2Fnewest",
)


def some_routes(paths: tuple[str, ...]) -> APIRouter:
    """Each says which it is; every second one is for those who write."""
    routes = APIRouter()
    for number, path in enumerate(paths):
        method = routes.put if number % 2 else routes.get
        method(path, name=path)(lambda path=path: path)
    return routes


def one_by_one() -> TestClient:
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    app.router.routes.extend(some_routes(PATHS).routes)
    return TestClient(app)


def by_signposts() -> TestClient:
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    app.include_router(Signposts([some_routes(PATHS[:4]), APIRouter()]))
    app.include_router(Signposts([some_routes(PATHS[4:])]))
    return TestClient(app)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ASKED)
def test_a_path_leads_where_it_led_before(path: str, method: str) -> None:
    before = one_by_one().request(method, path)

    now = by_signposts().request(method, path)

    assert (now.status_code, now.text) == (before.status_code, before.text)
    assert now.headers.get("allow") == before.headers.get("allow")
