"""What every route of the shopping API does before and after its own work."""

from collections.abc import Callable, Coroutine
from hashlib import sha256
from json import dumps
from secrets import token_urlsafe
from typing import Any, cast

from fastapi import Request, Response
from pydantic_core import from_json

from app.edge.access import Gated, declaration
from app.edge.acting import acting
from app.edge.callers import Caller
from app.ucp import language
from app.ucp.access import Doors
from app.ucp.errors import BadRequest, answered
from app.ucp.linking import account_of, shown_to
from app.ucp.presentation import Presentation
from app.ucp.signers import CARRIER
from app.ucp.signing import UNSIGNED, Signing
from domain.contracts import ordering

SHORTEST_KEY, LONGEST_KEY = 22, 200  # 22 letters and digits have 128 bits (UCP IDM-6)


class StrictRequest(Request):
    """JSON is what RFC 8259 says it is: no NaN, no broken UTF-8, no half surrogates (RST-15)."""

    async def json(self) -> Any:
        try:
            return from_json(await self.body(), allow_inf_nan=False)
        except ValueError as broken:
            raise BadRequest("The body is not JSON in UTF-8.") from broken


def guarded(doors: Doors, shown: Presentation, signing: Signing = UNSIGNED) -> type[Gated]:
    """Routes that let in whom their `x-access` says, and answer failures in the API's own words."""

    class Guarded(Gated):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handler, said = super().get_route_handler(), declaration(self)

            operation = self.operation_id or ""

            async def handle(request: Request) -> Response:
                asked = StrictRequest(request.scope, request.receive)  # which is read once
                asked.state.shown = shown
                try:
                    asked.state.caller = asking = await doors.admit(asked, said, operation)
                    with acting(asking.actor):
                        answer = signing.signed(await handler(asked), operation)
                except Exception as failure:  # noqa: BLE001  # strangers get no traceback
                    answer = answered(failure, asked.state.shown)
                answer.headers["content-language"] = language.OURS
                return answer

            return handle

    return Guarded


def caller(request: Request) -> Caller:
    return cast(Caller, request.state.caller)


def presented(request: Request) -> Presentation:
    """How who asks is answered: what was negotiated with it, and whether it is invited."""
    return shown_to(caller(request), cast(Presentation, request.state.shown))


def reads(request: Request) -> str | None:
    """The language that the request says its reader likes best."""
    return language.preferred(request.headers.get("accept-language"))


async def named(
    request: Request, operation: str, address: str, *, needs_key: bool = False
) -> ordering.Request:
    """What a request is known by. `address` is its own wherever the API is served from.

    Strict clients must name the requests whose repetition would do harm (UCP A-13), and all who
    call tools (IDM-8); one that need not be named and is not gets a name that nobody will use again. In the name of another
    buyer it is another request, which is told nothing of this one.
    """
    asking, shown = caller(request), presented(request)
    account = account_of(asking)
    key = request.headers.get("idempotency-key")
    if key is None:
        if needs_key and CARRIER in request.scope:
            raise BadRequest('arguments.meta["idempotency-key"] is missing.')
        if needs_key and not shown.is_interop:
            raise BadRequest("The Idempotency-Key header is missing.")
        key = token_urlsafe(24)
    elif not _is_fit(key, shortest=1 if shown.is_interop else SHORTEST_KEY):
        raise BadRequest(f"An Idempotency-Key has {SHORTEST_KEY} to {LONGEST_KEY} characters.")
    asked = " ".join(filter(None, (request.method, address, account)))
    said = f"{asked}\n".encode() + _meant(await request.body())
    return ordering.Request(
        client=asking.client,
        operation=operation,
        key=key,
        fingerprint=sha256(said).hexdigest(),
        presentation=shown.to_text(),
        account=account,
    )


def _meant(body: bytes) -> bytes:
    """What a body says, however it is written down, and whatever carries it (IDM-9)."""
    try:
        said = from_json(body, allow_inf_nan=False)
    except ValueError:
        return body
    return dumps(said, sort_keys=True, separators=(",", ":")).encode() if said else b""


def _is_fit(key: str, *, shortest: int) -> bool:
    return shortest <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()
