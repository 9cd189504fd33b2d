"""What every public request passes first: its name, its bounds, and a line in the log."""

import re
from asyncio import timeout
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog import get_logger

from infrastructure.shared.envelope import Envelope, carrying

REQUEST_ID = re.compile(r"[\x21-\x7e]{1,100}")
log = get_logger("requests")


@dataclass(frozen=True)
class Requests:
    """Gives each request a deadline, a trace and an id, and reads its body within bounds.

    `failed` puts into words, for the address that was asked for, why one goes no further.
    """

    app: ASGIApp
    seconds: float
    max_body_bytes: int
    failed: Callable[[str, HTTPException], Response]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        told = headers.get("request-id", "")
        request_id = told if REQUEST_ID.fullmatch(told) else str(uuid4())
        trace = headers.get("traceparent", "")
        envelope = Envelope.opened(actor="anonymous", traceparent=trace, seconds=self.seconds)
        with carrying(envelope):
            await self._answer(scope, receive, _Told(send, scope, request_id, envelope))

    async def _answer(self, scope: Scope, receive: Receive, told: "_Told") -> None:
        try:
            async with timeout(self.seconds):
                body = await self._read(scope, receive)
        except TimeoutError:
            late = HTTPException(408, "The body did not come in time.")
            await self.failed(scope["path"], late)(scope, receive, told)
            return
        except ClientDisconnect:
            return  # what was not said to its end was not asked for
        if body is None:
            large = HTTPException(413, f"A body has at most {self.max_body_bytes} bytes.")
            await self.failed(scope["path"], large)(scope, receive, told)
            return
        await self.app(scope, _replayed(body, receive), told)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        """The whole body; or nothing, if it is larger than a body may be."""
        stated = Headers(scope=scope).get("content-length", "")
        if stated.isdigit() and int(stated) > self.max_body_bytes:
            return None
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            body += message.get("body", b"")
            if len(body) > self.max_body_bytes:
                return None
            if not message.get("more_body"):
                return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    is_read = False

    async def again() -> Message:
        nonlocal is_read
        if is_read:
            return await receive()
        is_read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


class _Told:
    """Sends the answer on, with the request's id on it, and writes the line in the log."""

    def __init__(self, send: Send, scope: Scope, request_id: str, envelope: Envelope) -> None:
        self._send, self._scope, self._request_id = send, scope, request_id
        self._envelope, self._began = envelope, perf_counter()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["request-id"] = self._request_id
            log.info(
                "answered",
                method=self._scope["method"],
                path=self._scope["path"],
                status=message["status"],
                milliseconds=round((perf_counter() - self._began) * 1000, 1),
                request_id=self._request_id,
                trace=self._envelope.traceparent[3:35],
            )
        await self._send(message)
