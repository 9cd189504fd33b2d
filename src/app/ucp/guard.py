"""What every route of the shopping API does before and after its own work."""

from collections.abc import Callable, Coroutine
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, cast

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic_core import from_json

from app.ucp.access import Caller, Doors
from app.ucp.errors import BadRequest, answered
from app.ucp.presentation import Presentation
from domain.contracts import ordering

SHORTEST_KEY, LONGEST_KEY = 22, 200  # 22 letters and digits have 128 bits (UCP IDM-6)


class StrictRequest(Request):
    """JSON is what RFC 8259 says it is: no NaN, no broken UTF-8, no half surrogates (RST-15)."""

    async def json(self) -> Any:
        try:
            return from_json(await self.body(), allow_inf_nan=False)
        except ValueError as broken:
            raise BadRequest("The body is not JSON in UTF-8.") from broken


def guarded(doors: Doors, shown: Presentation) -> type[APIRoute]:
    """Routes that let in whom their `x-access` says, and answer failures in the API's own words."""

    class Guarded(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handler = super().get_route_handler()
            access = (self.openapi_extra or {}).get("x-access", "")

            async def handle(request: Request) -> Response:
                try:
                    request.state.caller = await doors.admit(request, access)
                    return await handler(StrictRequest(request.scope, request.receive))
                except Exception as failure:  # noqa: BLE001  # strangers get no traceback
                    return answered(failure, shown)

            return handle

    return Guarded


def caller(request: Request) -> Caller:
    return cast(Caller, request.state.caller)


async def named(
    request: Request, operation: str, address: str, shown: Presentation, *, needs_key: bool = False
) -> ordering.Request:
    """What a request is known by. `address` is its own wherever the API is served from.

    Strict clients must name the requests whose repetition would do harm (IDM-8, UCP A-13); one
    that need not be named and is not gets a name that nobody will use again.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        if needs_key and not shown.is_interop:
            raise BadRequest("The Idempotency-Key header is missing.")
        key = token_urlsafe(24)
    elif not _is_fit(key, shortest=1 if shown.is_interop else SHORTEST_KEY):
        raise BadRequest(f"An Idempotency-Key has {SHORTEST_KEY} to {LONGEST_KEY} characters.")
    said = f"{request.method} {address}\n".encode() + await request.body()
    return ordering.Request(
        client=caller(request).client,
        operation=operation,
        key=key,
        fingerprint=sha256(said).hexdigest(),
        presentation=shown.to_text(),
    )


def _is_fit(key: str, *, shortest: int) -> bool:
    return shortest <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()
