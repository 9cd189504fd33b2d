"""Routes that need nothing worked out for them: what is asked all the time is answered soon."""

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

Handle = Callable[[Request], Awaitable[Response]]
Addresses = dict[tuple[str, str], Handle]


class Plain(APIRoute):
    """Its endpoint takes the request and gives the response. It declares its access as all do, and
    says itself how failures are answered.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handle


class Doors:
    """Finds plain routes by method and path at once. Whatever else is asked for is looked for among
    all routes, past what FastAPI has in store for them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (handle := _found(scope)):
            response = await handle(Request(scope, receive, send))
            await response(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _found(scope: Scope) -> Handle | None:
    known: Addresses = scope["app"].state.plain
    return known.get((scope["method"], scope["path"]))


def by_address(routers: Iterable[APIRouter]) -> Addresses:
    return {
        (method, route.path): route.get_route_handler()
        for router in routers
        for route in router.routes
        if isinstance(route, Plain) and not route.param_convertors
        for method in route.methods or ()
    }
