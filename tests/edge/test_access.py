import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from app.edge.access import include


def things() -> list[str]:
    return []


def a_router(**declared: object) -> APIRouter:
    routes = APIRouter()
    routes.add_api_route("/things", things, **declared)  # type: ignore[arg-type]
    return routes


def test_a_route_that_says_who_may_use_it_is_served() -> None:
    app = FastAPI()

    include(app, a_router(openapi_extra={"x-access": "platform"}))

    assert TestClient(app).get("/things").status_code == 200


@pytest.mark.parametrize("declared", [{}, {"openapi_extra": {"x-access": "everybody"}}])
def test_a_route_that_does_not_say_keeps_the_application_from_starting(
    declared: dict[str, object],
) -> None:
    with pytest.raises(RuntimeError, match="/things"):
        include(FastAPI(), a_router(**declared))
