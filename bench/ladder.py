"""What each layer of the edge costs, and what a call of a contract costs near and far."""

import json
import sys
from asyncio import run
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from subprocess import PIPE, Popen
from time import perf_counter
from uuid import uuid4

from aiohttp import ClientSession
from tests.conftest import SEAL
from tests.journeys.shopper import PROFILE
from tests.processes import ROOT, environment

from app.house import opened
from app.settings import Settings
from bench.edge import ANSWER, ASKED, LAYERS, PATH
from bench.figures import Figures
from bench.latencies import milliseconds
from bench.shop import Shop
from bench.stock import Stock, sku_of
from bench.watch import cpu_seconds
from domain.contracts.inventory import Inventory
from infrastructure.shared.calls.http_line import over_http
from infrastructure.shared.calls.wire import far

BODY = {"line_items": [{"item": {"id": sku_of(0)}, "quantity": 1}]}
WARM = 50


@dataclass(frozen=True)
class Edge:
    """The servers that do nothing, by their layer."""

    pid: int
    urls: dict[str, str]


@contextmanager
def edge(stock: Stock, log: Path) -> Iterator[Edge]:
    command = [sys.executable, "-m", "bench.edge", stock.database_url]
    with (
        log.open("w") as told,
        Popen(  # noqa: S603  # our own program
            command, env=environment(), cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=told
        ) as process,
    ):
        assert process.stdin  # noqa: S101
        assert process.stdout  # noqa: S101
        ports = json.loads(process.stdout.readline())
        urls = [f"http://127.0.0.1:{port}{PATH}" for port in ports]
        try:
            yield Edge(process.pid, dict(zip(LAYERS, urls, strict=True)))
        finally:
            process.stdin.close()


def climb(edge: Edge, figures: Figures, seconds: float) -> None:
    """The same request to each layer, one after the other."""
    for layer, url in edge.urls.items():
        taken, cpu = run(_asked(url, edge.pid, seconds))
        figures.note("edge CPU", cpu * 1e6, layer)
        figures.note("edge p50", milliseconds(taken, 0.5) * 1000, layer)


def call(shop: Shop, stock: Stock, edge: Edge, figures: Figures, seconds: float) -> None:
    """The same call near, and at the inventory of a shop whose contexts are apart."""
    near, away, bare = run(_called(shop, stock, edge, seconds))
    for of, taken in (("near", near), ("far", away), ("bare hop on loopback", bare)):
        figures.note("call p50", milliseconds(taken, 0.5), of)
    added = milliseconds(away, 0.5) - milliseconds(near, 0.5)
    figures.note("call added", added / milliseconds(bare, 0.5), "far")


async def _asked(url: str, pid: int, seconds: float) -> tuple[list[float], float]:
    headers = {"UCP-Agent": PROFILE, "X-API-Key": "any", "Idempotency-Key": str(uuid4())}
    async with ClientSession() as client:

        async def ask() -> None:
            async with client.post(url, json=BODY, headers=headers) as answered:
                if await answered.read() != ANSWER:
                    raise AssertionError(f"{url} answered {answered.status}")

        await _timed(ask, WARM)
        before = cpu_seconds([pid])
        taken = await _timed(ask, seconds=seconds)
        return taken, (cpu_seconds([pid]) - before) / len(taken)


async def _called(
    shop: Shop, stock: Stock, edge: Edge, seconds: float
) -> tuple[list[float], list[float], list[float]]:
    async with (
        opened(Settings(**stock.settings)) as house,
        ClientSession(shop.processes["inventory"].internal_url) as client,
        ClientSession() as bare,
    ):

        async def hop() -> None:
            async with bare.post(next(iter(edge.urls.values())), data=ANSWER) as answered:
                await answered.read()

        away = far(Inventory, partial(over_http, client, SEAL, Inventory))
        asked: list[Callable[[], Awaitable[object]]] = [
            partial(house.contract(Inventory).find_stock, ASKED),
            partial(away.find_stock, ASKED),
            hop,
        ]
        for ask in asked:
            await _timed(ask, WARM)
        taken = [await _timed(ask, seconds=seconds) for ask in asked]
        return taken[0], taken[1], taken[2]


async def _timed(
    ask: Callable[[], Awaitable[object]], most: int = sys.maxsize, *, seconds: float = 60
) -> list[float]:
    taken: list[float] = []
    began = perf_counter()
    while len(taken) < most and perf_counter() - began < seconds:
        asked = perf_counter()
        await ask()
        taken.append(perf_counter() - asked)
    return taken
