"""Who may ask for what: every route says so, or the application does not start."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from app.edge.plain import by_address
from app.edge.signposts import Signposts
from domain.contracts.identity import SHOPPING_SCOPES, STAFF_SCOPES

LEVELS = {
    "public": "anybody",
    "link": "whoever has the address, which nobody can guess",
    "signed": "whoever has signed what is sent",
    "client": "whoever the route finds to be a client of the authorization server",
    "session": "whoever has signed in with a browser",
    "simulation": "whoever knows `FREESTONE_SIMULATION_SECRET`",
    "platform": "a platform, by its API key, by an access token for the shopping API, or by signing",
    "staff": "whoever has the scope, by an API key or by an access token for the merchant API",
}
GATED = ("session", "simulation", "platform", "staff")
"""The levels at which a request is stopped before the route is asked."""
SCOPES = {"staff": STAFF_SCOPES, "platform": SHOPPING_SCOPES}
KEY, TOKEN, SECRET, COOKIE = "api_key", "access_token", "simulation_secret", "session"
SCHEMES: dict[str, dict[str, Any]] = {
    KEY: {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "An API key."},
    TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token of this deployment (RFC 9068), or an API key.",
    },
    SECRET: {"type": "apiKey", "in": "header", "name": "Simulation-Secret"},
    COOKIE: {"type": "apiKey", "in": "cookie", "name": "session"},
}
"""What a caller can show, as OpenAPI has it."""


@dataclass(frozen=True)
class Declared:
    """Who may ask for a route. Staff need its `scope`, always; a platform where that is demanded.

    Raises `ValueError` where that makes no sense.
    """

    level: str
    scope: str = ""

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise ValueError(f"there is no access {self.level!r}")
        if self.scope not in (*SCOPES.get(self.level, ()), *(() if self._needs_scope else ("",))):
            raise ValueError(f"{self.level} has no scope {self.scope!r}")

    @property
    def _needs_scope(self) -> bool:
        return self.level == "staff"

    @property
    def security(self) -> list[dict[str, list[str]]]:
        """Any of these will do."""
        scopes = [self.scope] if self.scope else []
        shown: dict[str, list[dict[str, list[str]]]] = {
            "staff": [{TOKEN: scopes}, {KEY: scopes}],
            "platform": [{KEY: []}, {TOKEN: scopes}],
            "simulation": [{SECRET: []}],
            "session": [{COOKIE: []}],
        }
        return shown.get(self.level, [])


def declared(level: str, scope: str = "") -> dict[str, Any]:
    """What a route has as its `openapi_extra`."""
    said = Declared(level, scope)
    found: dict[str, Any] = {"x-access": level}
    found |= {"x-scope": scope} if scope else {}
    return found | ({"security": said.security} if said.security else {})


def declaration(route: BaseRoute) -> Declared:
    """Who may ask for a route, as it says itself. Raises `ValueError` if it does not."""
    said = (isinstance(route, APIRoute) and route.openapi_extra) or {}
    return Declared(said.get("x-access", ""), said.get("x-scope", ""))


class Gated(APIRoute):
    """A route that asks the gate first: `app.edge.gate`."""


def include(app: FastAPI, *routers: APIRouter) -> None:
    """Serve these routes. One that does not say who may ask for it raises `RuntimeError`, and so
    does one that says it and would not stop anybody else.
    """
    for router in routers:
        if wrong := [f"{_path(route)}: {why}" for route in router.routes for why in _wrong(route)]:
            raise RuntimeError(f"who may ask is not declared: {'; '.join(wrong)}")
    app.include_router(Signposts(routers))
    app.state.plain = by_address(routers)


def _wrong(route: BaseRoute) -> Iterator[str]:
    try:
        said = declaration(route)
    except ValueError as why:
        yield str(why)
        return
    if said.level in GATED and not isinstance(route, Gated):
        yield f"it is for {said.level}, and lets everybody in"


def _path(route: BaseRoute) -> str:
    return str(getattr(route, "path", route))
