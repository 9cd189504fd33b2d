"""The shopping API over MCP (UCP MCP-1): JSON-RPC in single exchanges, without sessions."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Request, Response
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
)
from pydantic_core import from_json
from starlette.types import Message, Receive, Scope, Send

from app.ucp.access import PUBLIC
from app.ucp.errors import BadRequest, answered
from app.ucp.mcp.carried import Answer, asked
from app.ucp.mcp.failures import STATUSES, Told, error, plain
from app.ucp.mcp.tools import Tool, tools
from app.ucp.presentation import Presentation
from app.ucp.profile import MCP
from app.ucp.signing import UNSIGNED, Signing

TOLD = "freestone.mcp.told"
NEED_WHO = (401, 403)
SAID_OVER_HTTP = ("content-language", "retry-after", "www-authenticate")
"""Of a route's headers, those that mean the same of a tool call."""
INSTRUCTIONS = """This shop speaks the Universal Commerce Protocol (UCP). Every call names your own profile in
meta["ucp-agent"].profile. Find goods with search_catalog, or by their ids with lookup_catalog and
get_product; what is bought is the id of a variant. Keep what may be bought in a cart, or begin with
create_checkout at once. Send all that is wanted with each update_checkout, as the messages of the checkout
ask for it, until its status is ready_for_complete; then complete_checkout pays and places the order. Where
the status is requires_escalation, bring the buyer to continue_url."""
"""What an agent is told that has never shopped here."""
Context = Any  # of the package: what it calls its own differs with the protocol that is spoken


def router(shown: Presentation, most_bytes: int, signing: Signing = UNSIGNED) -> APIRouter:
    """Anybody may ask what tools there are; who may use one is decided by the route it stands for."""
    routes = APIRouter(tags=["shopping"])
    server = _server(tools(shown), shown)

    @routes.post(MCP, openapi_extra=PUBLIC, include_in_schema=False)
    async def call() -> Response:
        """One message of JSON-RPC, and its answer."""
        return _Exchange(server, most_bytes, signing)

    return routes


def _server(offered: dict[str, Tool], shown: Presentation) -> Server[Any]:
    listed = ListToolsResult(tools=[tool.listed() for tool in offered.values()])

    async def list_tools(
        _context: Context, _asked: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return listed

    async def call_tool(context: Context, wanted: CallToolRequestParams) -> CallToolResult:
        carrier: Request = context.request
        try:
            tool = _named(wanted.name)
            carrier.scope[TOLD].operation = tool.name
            answer = await asked(carrier, tool, wanted.arguments or {})
        except Exception as failure:  # noqa: BLE001  # the package would tell what it says
            flat = answered(failure, shown)
            body = from_json(bytes(flat.body))
            raise _told(carrier, flat.status_code, body, dict(flat.headers)) from None
        return _result(carrier, answer)

    def _named(name: str) -> Tool:
        if (tool := offered.get(name)) is None:
            raise BadRequest("There is no such tool.")
        return tool

    return Server(
        "freestone",
        version=version("freestone"),
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        get_tool_input_schema=lambda _name: None,
        instructions=INSTRUCTIONS.replace("\n", " "),
    )


def _result(carrier: Request, answer: Answer) -> CallToolResult:
    """What became of a request is its result, however it turned out (MCP-6, MCP-7)."""
    body = from_json(answer.body)
    if "ucp" not in body or answer.status in NEED_WHO:
        raise _told(carrier, answer.status, body, dict(answer.headers))
    carrier.scope[TOLD].headers = _kept(answer.headers)
    text = TextContent(type="text", text=answer.body.decode())
    return CallToolResult(content=[text], structured_content=body)


def _told(carrier: Request, status: int, body: Any, headers: dict[str, str]) -> MCPError:
    told: Told = carrier.scope[TOLD]
    told.status, told.headers = status, _kept(headers)
    return MCPError.from_error_data(error(body, headers.get("retry-after")))


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name in SAID_OVER_HTTP}


class _Exchange(Response):
    """One message and its answer, which HTTP says the same of (ERR-5), and signs (MCP-10). It is taken apart afterwards,
    with all that was begun for it: nothing is left of it in the process.
    """

    def __init__(self, server: Server[Any], most_bytes: int, signing: Signing) -> None:
        super().__init__()
        self._server, self._most_bytes, self._signing = server, most_bytes, signing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sessions = StreamableHTTPSessionManager(
            self._server,
            json_response=True,
            stateless=True,
            max_request_body_size=self._most_bytes,
        )
        told = Told()
        answer = _Answer(told, send, self._signing)
        async with sessions.run():
            await sessions.handle_request({**scope, TOLD: told}, receive, answer)


class _Answer:
    """Holds the head of an answer back until its body says whether it is an error."""

    def __init__(self, told: Told, send: Send, signing: Signing) -> None:
        self._told, self._send, self._signing = told, send, signing
        self._head: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._head = message
            return
        self._body += message.get("body", b"")
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self._body = plain(self._body)
            await self._send(self._headed())
            await self._send({**message, "body": self._body})

    def _headed(self) -> Message:
        head = dict(self._head or {})
        if self._told.status is None and head["status"] == 200:
            self._told.status = _status(self._body)
        if self._told.status is not None:
            head["status"] = self._told.status
        elif head["status"] == 200:
            operation = self._told.operation
            signed = self._signing.headers(operation, 200, "application/json", self._body)
            self._told.headers.update(signed)
        self._told.headers["content-length"] = str(len(self._body))
        more = [(n.encode(), v.encode("latin-1")) for n, v in self._told.headers.items()]
        kept = [(n, v) for n, v in head["headers"] if n.lower() != b"content-length"]
        return {**head, "headers": [*kept, *more]}


def _status(body: bytes) -> int | None:
    """What HTTP says of an error, if it is one: the word may be anywhere, in an id too."""
    failed = from_json(body).get("error") if b'"error"' in body else None
    return STATUSES.get(failed["code"], 500) if failed else None
