"""Every route, tried by everybody who may not ask for it: answered as was declared, and nothing done."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from app.edge.access import Gated, declared, include
from app.main import public_routers
from domain.contracts.pricing import DeleteRule, Pricing, UnknownRule
from tests.edge.declared import MODES, Row, routed, written
from tests.edge.walk import Walk
from tests.edge.world import World, a_world

DISCOUNT = Row("/v1/discounts/{code:path}", "DELETE", "staff", "pricing:write")


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("strict"), "strict") as world:
        yield world


@pytest.mark.parametrize("mode", MODES)
async def test_who_may_ask_for_what_is_as_it_was_written_down(mode: str, tmp_path: Path) -> None:
    """Loosened or not: whoever changes it does so on purpose (`python -m tests.edge.declared`)."""
    assert await routed(tmp_path, mode) == written(mode)


@pytest.mark.parametrize("mode", MODES)
def test_nobody_comes_in_who_may_not(mode: str, tmp_path: Path) -> None:
    with a_world(tmp_path, mode) as world:
        assert Walk(world, written(mode), is_interop=mode == "interop")() == []


def test_who_may_come_in_does(strict: World) -> None:
    """Or else nobody being let in would prove nothing."""
    for who in ("staff", "token of staff"):
        for path in ("/v1/orders", "/v1/staff", "/v1/discounts", "/v1/audit"):
            assert strict.client.get(path, headers=strict.shown[who]).status_code == 200


def an_app(world: World, *planted: APIRouter) -> FastAPI:
    """The doors of the shop as they are, and what was planted among them."""
    app = FastAPI(openapi_url=None)
    app.router.routes.extend(world.app.router.routes)
    for router in planted:
        app.include_router(router)
    return app


def a_deletion(world: World, route_class: type[APIRoute], extra: dict[str, Any]) -> APIRouter:
    """A way to delete a discount."""
    routes = APIRouter(route_class=route_class)

    @routes.delete("/v1/planted/{code}", openapi_extra=extra, status_code=204)
    async def planted(code: str) -> None:
        pricing = world.house.contract(Pricing)
        with suppress(UnknownRule):  # the first who came has deleted it
            await pricing.delete_discount(DeleteRule(rule_id=code, version=None))

    return routes


@pytest.mark.parametrize("extra", [{}, declared("public"), declared("staff", "pricing:write")])
def test_a_door_that_was_planted_is_noticed(strict: World, extra: dict[str, Any]) -> None:
    planted = a_deletion(strict, APIRoute, extra)

    wrong = Walk(strict, [])(an_app(strict, planted))

    assert "/v1/planted/{code} DELETE is not written down" in wrong


def test_a_door_that_says_whom_it_is_for_and_lets_everybody_in_is_noticed(tmp_path: Path) -> None:
    """As one that was written down, and whose guard was forgotten."""
    row = Row("/v1/planted/{code}", "DELETE", "staff", "pricing:write")
    with a_world(tmp_path, "strict") as world:
        planted = a_deletion(world, Gated, declared("staff", "pricing:write"))
        include(world.app, planted)

        wrong = Walk(world, [row])(an_app(world))

    assert "DELETE /v1/planted/{code}, shown nothing: 204, not (401,)" in wrong
    assert "DELETE /v1/planted/{code} changed pricing_discounts" in wrong


@pytest.mark.parametrize(
    "loose", [declared("public"), declared("staff", "pricing:read"), declared("platform")]
)
def test_a_declaration_that_is_loosened_is_noticed(strict: World, loose: dict[str, Any]) -> None:
    """In the table that was written down, and at the door itself."""
    (route,) = (
        route
        for router in public_routers(strict.house, strict.settings)
        for route in router.routes
        if isinstance(route, APIRoute)
        and (route.path, route.methods) == (DISCOUNT.path, {"DELETE"})
    )
    assert DISCOUNT in written("strict")

    route.openapi_extra = loose
    rows = [replace(DISCOUNT, level=loose["x-access"], scope=loose.get("x-scope", ""))]

    assert rows != [DISCOUNT]
    assert rows[0] not in written("strict")
