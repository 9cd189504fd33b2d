"""What strangers make us call, over real sockets."""

from asyncio import StreamReader, StreamWriter, start_server, timeout
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from gzip import compress
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from infrastructure.shared.calls.guarded_client import (
    GuardedClient,
    NotAllowed,
    TooLarge,
    Unreachable,
    Unresolvable,
)
from infrastructure.shared.calls.public_addresses import is_public, require_public
from tests.identity.certificates import a_certificate, showing
from tests.servers import served_here, silent

BOMB = compress(bytes(50_000_000))


async def echo(request: Request) -> Response:
    told = dict(request.headers) | {"body": (await request.body()).decode()}
    answer = "\n".join(f"{name}: {value}" for name, value in told.items())
    return Response(answer, 201, {"Set-Cookie": "a=b", "X-Kept": "yes"})


async def redirect(_request: Request) -> Response:
    return RedirectResponse("/echo")


async def bomb(_request: Request) -> Response:
    return Response(BOMB, headers={"content-encoding": "gzip"})


@asynccontextmanager
async def neighbour() -> AsyncIterator[str]:
    named = (echo, redirect, bomb)
    routes = [Route(f"/{f.__name__}", f, methods=["GET", "POST"]) for f in named]
    async with served_here(Starlette(routes=routes)) as url:
        yield url


@asynccontextmanager
async def a_client(**more: Any) -> AsyncIterator[GuardedClient]:
    told = {"allows_loopback": True, "seconds": 3.0, "most_bytes": 10_000, **more}
    client = GuardedClient(**told)
    try:
        async with timeout(60):
            yield client
    finally:
        await client.close()


async def test_what_is_told_arrives_and_what_is_answered_comes_back() -> None:
    async with neighbour() as url, a_client() as client:
        await client.get(f"{url}/echo")
        answer = await client.post(f"{url}/echo", b"told", {"x-mine": "1"})

    assert (answer.status, answer.headers["x-kept"]) == (201, "yes")
    lines = answer.body.decode().splitlines()
    assert {"body: told", "x-mine: 1"} < set(lines)
    assert not any(line.startswith(("cookie", "authorization")) for line in lines)


@pytest.mark.ucp("FET-3", "WHK-6")
async def test_nobody_is_followed_elsewhere() -> None:
    async with neighbour() as url, a_client() as client:
        answer = await client.get(f"{url}/redirect")

    assert answer.status == 307


@pytest.mark.ucp("FET-10")
async def test_what_unpacks_to_too_much_is_not_unpacked() -> None:
    async with neighbour() as url, a_client() as client:
        with pytest.raises(TooLarge):
            await client.get(f"{url}/bomb")


@pytest.mark.ucp("FET-4")
async def test_silence_is_waited_for_only_so_long() -> None:
    with silent() as url:
        async with a_client(seconds=0.2) as client:
            with pytest.raises(Unreachable):
                await client.get(url)


@pytest.mark.ucp("FET-10", "FET-2", "SEC-2")
@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://93.184.216.34/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://user@shop.example/",
        "https://@shop.example/",
        "https://shop.example:22/",
        "https://shop.example:99999/",
        "https://shop.example\\@localhost/",
        "https://shop.example/\nx",
        "https://sh\u00f6p.example/",
        "https://xn--/",
        "https:///",
        "ftp://shop.example/",
        f"https://shop.example/{'x' * 2000}",
        "",
    ],
)
async def test_strangers_do_not_make_us_call_what_is_ours(url: str) -> None:
    async with a_client(allows_loopback=False) as client:
        with pytest.raises(NotAllowed):
            await client.get(url)


async def test_loopback_is_called_by_its_own_names_alone() -> None:
    async with a_client() as client:
        for url in ("http://shop.example/", "https://127.0.0.2/", "http://[::ffff:127.0.0.1]/"):
            with pytest.raises(NotAllowed):
                await client.get(url)


@pytest.mark.ucp("FET-12")
async def test_a_name_that_nobody_has_is_unresolvable() -> None:
    async with a_client(allows_loopback=False) as client:
        for host in ("nobody.invalid", f"{'x' * 70}.example"):
            with pytest.raises(Unresolvable):
                await client.get(f"https://{host}/")


@pytest.mark.ucp("FET-10")
def test_only_the_open_internet_is_public() -> None:
    public = ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"]
    others = [
        "0.0.0.0",  # noqa: S104
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.1",
        "192.0.2.1",
        "192.168.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:93.184.216.34",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "2001::1",
        "2001:db8::1",
        "2002:a00:1::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "::10.0.0.1",
        "name",
    ]

    assert [address for address in public + others if is_public(address)] == public


@pytest.mark.ucp("FET-10")
def test_a_name_with_one_address_of_ours_is_refused_whole() -> None:
    require_public("shop.example", ["93.184.216.34"])
    for addresses in (["93.184.216.34", "10.0.0.1"], []):
        with pytest.raises(NotAllowed):
            require_public("shop.example", addresses)


@pytest.mark.ucp("FET-10")
async def test_who_cannot_show_a_certificate_is_not_listened_to(tmp_path: Path) -> None:
    came: list[bytes] = []

    async def listen(reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(OSError):
            came.append(await reader.read(1))
        writer.close()

    certificate = a_certificate(tmp_path, "127.0.0.1")
    server = await start_server(listen, "127.0.0.1", 0, ssl=showing(certificate))
    async with server, a_client() as client:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unreachable):
            await client.get(f"https://127.0.0.1:{port}/")

    assert b"G" not in came
