"""Where our other processes call, and nobody else: an app of its own, on a listener of its own."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.shared.dead_letters import DeadLetters
from domain.shared.model import Conflict
from infrastructure.shared.calls.http_line import LETTERS_PATH, Seal, address, fingerprint
from infrastructure.shared.calls.wire import answer
from infrastructure.shared.envelope import Envelope
from infrastructure.shared.events.inbox import Inbox
from infrastructure.shared.events.inbox_letters import InboxLetters
from infrastructure.shared.events.posted import EVENTS_PATH, Posted

MAX_BODY_BYTES = 1_000_000


def open_to(app: Starlette, contract: type, kept: object, seal: Seal, path: str = "") -> None:
    """Let this app's callers use a contract that is kept here, at its own address or at this one."""

    async def receive(request: Request) -> Response:
        body = await _admitted(request, seal)
        if isinstance(body, Response):
            return body
        call, envelope = request.path_params["call"], Envelope.from_headers(request.headers)
        status, reply = await answer(contract, kept, call, body, envelope)
        return Response(reply, status, media_type="application/json")

    path = path or address(contract, "{call}")
    app.router.routes.append(Route(path, receive, methods=["POST"]))


def open_to_letters(app: Starlette, context: str, inbox: Inbox, seal: Seal) -> None:
    """Let other processes ask for what this context could not work through, and decide on it."""
    open_to(app, DeadLetters, InboxLetters(inbox), seal, LETTERS_PATH.format(context, "{call}"))


def open_to_events(
    app: Starlette, context: str, take: Callable[[Sequence[Posted]], Awaitable[None]], seal: Seal
) -> None:
    """Let other processes bring events to a context that is kept here, one or a batch: 204 says that
    it has them all.

    Opened before the context's calls are, whose address would otherwise take it for one of them.
    """

    async def receive(request: Request) -> Response:
        body = await _admitted(request, seal)
        if isinstance(body, Response):
            return body
        try:
            batch = Posted.from_cloud_events(body)
        except ValueError:
            return Response(status_code=422)
        try:
            await take(batch)
        except Conflict:
            return Response(status_code=429)
        return Response(status_code=204)

    app.router.routes.append(Route(EVENTS_PATH.format(context), receive, methods=["POST"]))


async def _admitted(request: Request, seal: Seal) -> bytes | Response:
    """The body of a call that is ours and not too large, or the answer to one that is not."""
    headers = request.headers
    if not seal.is_whole(request.url.path, headers):
        return Response(status_code=401)
    if int(headers.get("content-length", MAX_BODY_BYTES + 1)) > MAX_BODY_BYTES:
        return Response(status_code=413)
    body = await request.body()  # no more than its stated length: the server sees to that
    return body if fingerprint(body) == headers["x-body-sha256"] else Response(status_code=401)
