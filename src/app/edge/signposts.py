"""The way to a route: by how its path begins, and not by asking each route in turn.

There are more than a hundred, and to ask them all costs more than to answer from most.
"""

from collections.abc import Iterable

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send


class Signposts(APIRouter):
    """Routes of other routers, looked for as if they were looked through in their order.

    They are asked themselves, and not copies of them, so they must not need what including them
    would add. No more can be added.
    """

    def __init__(self, routers: Iterable[APIRouter]) -> None:
        super().__init__()
        self.routes.extend(route for router in routers for route in router.routes)
        self._fixed, self._beginnings = signs(self.routes)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, _ = self._found(scope)
        return match, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        _, route = self._found(scope)
        if route is None:
            await self.default(scope, receive, send)
            return
        _, child_scope = route.matches(scope)
        scope.update(child_scope)
        await route.handle(scope, receive, send)

    def _found(self, scope: Scope) -> tuple[Match, BaseRoute | None]:
        """The first that takes it, or else the first at its path, which says what it takes."""
        other = None
        for route in self._meant(scope["path"].removeprefix(scope.get("root_path", ""))):
            match, _ = route.matches(scope)
            if match == Match.FULL:
                return match, route
            if match == Match.PARTIAL and other is None:
                other = route
        return (Match.PARTIAL, other) if other else (Match.NONE, None)

    def _meant(self, path: str) -> Iterable[BaseRoute]:
        """All that could be, in their order."""
        if (found := self._fixed.get(path)) is not None:
            return found
        while path:
            path = path[: path.rfind("/") + 1]
            if (found := self._beginnings.get(path)) is not None:
                return found
            path = path[:-1]
        return ()


Signs = dict[str, list[BaseRoute]]


def signs(routes: Iterable[BaseRoute]) -> tuple[Signs, Signs]:
    """What can be meant by a path that is known whole, and by one of which the beginning is."""
    told = [(route, beginning(route.path)) for route in routes if isinstance(route, APIRoute)]
    fixed = {route.path for route, start in told if route.path == start}
    starts = {start for route, start in told if route.path != start}

    def meant(path: str, *, is_whole: bool) -> list[BaseRoute]:
        return [
            route
            for route, start in told
            if (is_whole and route.path == path) or (route.path != start and path.startswith(start))
        ]

    return (
        {path: meant(path, is_whole=True) for path in fixed},
        {start: meant(start, is_whole=False) for start in starts},
    )


def beginning(path: str) -> str:
    """The whole path; or of one with names in it, all up to the part where the first stands."""
    before, name, _ = path.partition("{")
    return before[: before.rfind("/") + 1] if name else path
