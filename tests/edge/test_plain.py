"""Plain routes are served as all others are, and sooner."""

from collections.abc import Iterator

import pytest
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from app.edge.access import declared, include
from app.edge.plain import Doors, Plain

STACK = "fastapi_inner_astack"
"""What FastAPI leaves in the scope of a request that it has seen to."""


def a_router(route_class: type[APIRoute] = APIRoute) -> APIRouter:
    routes = APIRouter(route_class=route_class)

    @routes.post("/things", openapi_extra=declared("public"), operation_id="add_thing")
    @routes.post("/things/{name}", openapi_extra=declared("public"))
    async def tell(request: Request) -> Response:
        seen = "by FastAPI" if STACK in request.scope else "at once"
        return Response(f"{seen}: {(await request.body()).decode()}")

    return routes


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    app.add_middleware(Doors)
    include(app, a_router(Plain))
    return app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


def test_a_plain_route_is_found_at_once(client: TestClient) -> None:
    assert client.post("/things?x=1", content=b"tea").text == "at once: tea"


@pytest.mark.parametrize("path", ["/things/tea", "/thing%73"])
def test_it_answers_however_it_is_found(client: TestClient, path: str) -> None:
    assert client.post(path, content=b"tea").text.endswith(": tea")


def test_what_is_not_there_is_told_by_the_application(client: TestClient) -> None:
    wrong, beside = client.get("/things"), client.post("/thing")

    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
    assert beside.status_code == 404


def test_it_is_in_the_document_as_all_others_are(client: TestClient) -> None:
    ordinary = FastAPI()
    include(ordinary, a_router())

    with TestClient(ordinary) as other:
        assert client.get("/openapi.json").json() == other.get("/openapi.json").json()
        assert other.post("/things", content=b"tea").text == "by FastAPI: tea"


def test_it_guards_nothing_and_says_so() -> None:
    with pytest.raises(RuntimeError, match="/things: it is for staff"):
        include(FastAPI(), _staffed())


def _staffed() -> APIRouter:
    routes = APIRouter(route_class=Plain)

    @routes.post("/things", openapi_extra=declared("staff", "orders:read"))
    async def tell(_: Request) -> Response:
        return Response()

    return routes
