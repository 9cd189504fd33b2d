"""Who may ask for what: every route says so, or the application does not start."""

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

LEVELS = ("link", "platform", "public", "signed", "simulation", "staff")


def include(app: FastAPI, *routers: APIRouter) -> None:
    """Serve these routes. One that does not declare its `x-access` raises `RuntimeError`."""
    for router in routers:
        if open_doors := [_path(route) for route in router.routes if not _is_declared(route)]:
            raise RuntimeError(f"no access is declared for {', '.join(open_doors)}")
        app.include_router(router)


def _is_declared(route: BaseRoute) -> bool:
    return isinstance(route, APIRoute) and (route.openapi_extra or {}).get("x-access") in LEVELS


def _path(route: BaseRoute) -> str:
    return str(getattr(route, "path", route))
