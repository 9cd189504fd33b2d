"""What events there are, for whoever wants to hear them."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from app.edge.access import declared

PATH = "/docs/events"


def router(document: Callable[[], dict[str, Any]]) -> APIRouter:
    """`document` is in AsyncAPI; it is made when it is first asked for."""
    routes = APIRouter(tags=["operations"])

    @routes.get(PATH, openapi_extra=declared("public"), operation_id="events")
    async def events() -> JSONResponse:
        """The events that this shop tells, as an AsyncAPI 3.0 document."""
        return JSONResponse(document())

    return routes
