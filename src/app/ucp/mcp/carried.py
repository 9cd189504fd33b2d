"""A tool call as the REST request that it stands for, asked within the process.

So both bindings are one: admission, negotiation, idempotency, rendering and failures are those of
the route (MCP-8, MCP-9), and what is new there is new here.
"""

from re import compile as pattern
from typing import Any

from pydantic_core import to_json
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import Message, Scope

from app.ucp.agent import profile_of
from app.ucp.errors import BadRequest, Refused
from app.ucp.mcp.tools import Tool
from app.ucp.profile import PREFIX
from app.ucp.signers import CARRIER

ID = pattern(r"[A-Za-z0-9_-]{1,100}")
NOBODYS = "none"
"""An id that names nothing: what could not be one of ours is unknown, too (ERR-6)."""
OF_THE_CARRIER = ("content-length", "content-type", "accept", "idempotency-key", "ucp-agent")


class Answer:
    """What a route answers."""

    def __init__(self) -> None:
        self.status, self.headers, self.body = 500, Headers(), b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], Headers(raw=message["headers"])
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")


async def asked(carrier: Request, tool: Tool, arguments: dict[str, Any]) -> Answer:
    """Raises `Refused` where no request can be made of it."""
    body = _body(tool, arguments)
    is_read = False

    async def receive() -> Message:
        nonlocal is_read
        if is_read:
            return await carrier.receive()
        is_read = True
        return {"type": "http.request", "body": body, "more_body": False}

    answer = Answer()
    await carrier.app.router(_scope(carrier, tool, arguments), receive, answer)
    return answer


def _scope(carrier: Request, tool: Tool, arguments: dict[str, Any]) -> Scope:
    path = PREFIX + tool.path.replace("{id}", _id(arguments) if tool.needs_id else "")
    left_out = ("endpoint", "route", "path_params", "state")
    return {
        **{name: value for name, value in carrier.scope.items() if name not in left_out},
        "method": tool.method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": _headers(carrier, arguments.get("meta")),
        CARRIER: carrier,
    }


def _headers(carrier: Request, meta: object) -> list[tuple[bytes, bytes]]:
    """Those of the carrier, but for what is said in `meta` (MCP-3); where a header says it too, both
    must say the same (SIG-24).
    """
    said = meta if isinstance(meta, dict) else {}
    agent = said.get("ucp-agent")
    agent = agent if isinstance(agent, dict) else {}
    profile = agent.get("profile")
    if not isinstance(profile, str) or not _is_quotable(profile):
        raise Refused(400, "invalid_profile_url", 'arguments.meta["ucp-agent"].profile is missing.')
    headers = MutableHeaders(raw=[(n, v) for n, v in carrier.headers.raw if _is_kept(n)])
    headers["content-type"] = "application/json"
    headers["ucp-agent"] = f'profile="{profile}"{_version(agent)}'
    named = carrier.headers.get("ucp-agent")
    if named is not None and profile_of(named) != profile:
        raise BadRequest("The UCP-Agent header and arguments.meta name two profiles.")
    key, other = said.get("idempotency-key"), carrier.headers.get("idempotency-key")
    if not (key is None or (isinstance(key, str) and key.isascii() and key.isprintable())):
        raise BadRequest('arguments.meta["idempotency-key"] is no key.')
    if None not in (key, other) and key != other:
        raise BadRequest("The Idempotency-Key header and arguments.meta name two keys.")
    if (name := key if key is not None else other) is not None:
        headers["idempotency-key"] = name
    return headers.raw


def _body(tool: Tool, arguments: dict[str, Any]) -> bytes:
    """An id in it is passed over: that beside it counts (MCP-5)."""
    if not tool.payload:
        return b""
    payload = arguments.get(tool.payload)
    if not isinstance(payload, dict):
        raise BadRequest(f"arguments.{tool.payload} is missing.")
    passed_over = () if tool.payload == "catalog" else ("id",)
    return to_json({name: value for name, value in payload.items() if name not in passed_over})


def _id(arguments: dict[str, Any]) -> str:
    name = arguments.get("id")
    if not isinstance(name, str):
        raise BadRequest("arguments.id is missing.")
    return name if ID.fullmatch(name) else NOBODYS


def _is_kept(header: bytes) -> bool:
    return header.decode("latin-1").lower() not in OF_THE_CARRIER


def _is_quotable(text: str) -> bool:
    return text.isascii() and text.isprintable() and not {'"', "\\"} & set(text)


def _version(agent: dict[str, Any]) -> str:
    version = agent.get("version")
    is_one = isinstance(version, str) and _is_quotable(version)
    return f'; version="{version}"' if is_one else ""
