"""What every public request passes, before any of our routes sees it."""

from asyncio import timeout
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from socket import SHUT_WR, create_connection
from typing import Any

import pytest
from aiohttp import ClientSession
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.edge.requests import Requests
from app.ucp import rest as ucp
from infrastructure.shared.envelope import current
from tests.servers import served

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


ASKED: list[str] = []


async def echo(request: Request) -> JSONResponse:
    ASKED.append(request.method)
    body = await request.body()
    return JSONResponse({"bytes": len(body), "trace": current().traceparent})


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    app = Requests(
        Starlette(routes=[Route("/", echo, methods=["POST"])]),
        seconds=0.5,
        max_body_bytes=1000,
        failed=lambda _path, failure: ucp.failed(failure),
    )
    with served(app) as (url,):
        yield url


async def post(url: str, body: Any, **headers: str) -> tuple[int, dict[str, Any], str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with (
        timeout(60),
        ClientSession() as client,
        client.post(url, data=body, headers=named) as answer,
    ):
        return answer.status, await answer.json(), answer.headers["request-id"]


@pytest.mark.ucp("RST-22")
async def test_a_request_carries_its_trace_and_gets_its_id_back(url: str) -> None:
    status, body, request_id = await post(url, b"x" * 1000, traceparent=TRACE, request_id="abc-1")

    assert (status, body) == (200, {"bytes": 1000, "trace": TRACE})
    assert request_id == "abc-1"


@pytest.mark.ucp("RST-22")
async def test_a_request_without_an_id_is_given_one(url: str) -> None:
    _, _, first = await post(url, b"")
    _, _, second = await post(url, b"", request_id="x" * 101)

    assert len(first) == len(second) == 36
    assert first != second


async def in_pieces(total: int) -> AsyncIterator[bytes]:
    for _ in range(total // 100):
        yield b"x" * 100


@pytest.mark.parametrize("kind", ["stated", "in pieces"])
async def test_a_body_that_is_too_large_is_not_taken(url: str, kind: str) -> None:
    status, body, _ = await post(url, b"x" * 1001 if kind == "stated" else in_pieces(1100))

    assert (status, body["code"]) == (413, "request_too_large")


async def test_a_body_that_does_not_come_is_not_waited_for(url: str) -> None:
    host, _, port = url.removeprefix("http://").partition(":")
    with closing(create_connection((host, int(port)), timeout=60)) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 10\r\n\r\n12345")

        assert line.recv(100).startswith(b"HTTP/1.1 408 ")


async def test_a_request_that_broke_off_is_not_carried_out(url: str) -> None:
    before = len(ASKED)
    host, _, port = url.removeprefix("http://").partition(":")

    with closing(create_connection((host, int(port)), timeout=60)) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 10\r\n\r\n12345")
        line.shutdown(SHUT_WR)
        line.recv(100)

    assert len(ASKED) == before
