"""Whether this process lives, and whether it is of use: for whoever runs it."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from app.edge.access import declared

OPEN = declared("public")


def router(
    is_ready: Callable[[], Awaitable[bool]],
    *,
    environment: str,
    interop: bool,
    contexts: tuple[str, ...],
) -> APIRouter:
    routes = APIRouter(tags=["operations"])

    @routes.head("/healthz", openapi_extra=OPEN, include_in_schema=False)
    @routes.get("/healthz", openapi_extra=OPEN, operation_id="healthz")
    async def healthz() -> dict[str, str]:
        """The process answers."""
        return {"status": "alive"}

    @routes.head("/readyz", openapi_extra=OPEN, include_in_schema=False)
    @routes.get(
        "/readyz",
        openapi_extra=OPEN,
        operation_id="readyz",
        responses={503: {"description": "Not now: it is stopping, or a database is away."}},
    )
    async def readyz() -> JSONResponse:
        """The process can do its work: its databases answer and it is not about to stop."""
        ready = await is_ready()
        body = {
            "status": "ready" if ready else "not ready",
            "environment": environment,
            "interop": interop,
            "contexts": list(contexts),
        }
        return JSONResponse(body, 200 if ready else 503)

    return routes
