"""Staff that read the catalogue, each request after the other, for a bounded time."""

from asyncio import run
from collections.abc import Callable
from time import monotonic

from aiohttp import ClientSession, TCPConnector

from bench.figures import FREESTONE, Figures
from bench.latencies import milliseconds
from bench.load import by
from bench.shop import ADMIN_KEY, Shop
from bench.stock import sku_of, turns
from bench.watch import cpu_seconds

CLIENTS = 16  # as those whom the targets name were measured
PAGE = 20


class NotRead(Exception):
    """The catalogue did not answer; says what it did instead."""


def read(shop: Shop, figures: Figures, seconds: float) -> None:
    """One product by its id, and a page of them with their prices."""
    for what, path in (
        ("product", lambda: f"/v1/products/{sku_of(next(turns))}"),
        ("product page", lambda: f"/v1/products?limit={PAGE}"),
    ):
        before = cpu_seconds(shop.pids)
        taken, took = run(_read(shop.processes["shop"].url, path, seconds))
        used = cpu_seconds(shop.pids) - before
        figures.note(f"{what}s", len(taken) / took, FREESTONE, clients=CLIENTS)
        figures.note(f"{what} p50", milliseconds(taken, 0.5), FREESTONE, clients=CLIENTS)
        figures.note(f"{what} CPU", used / len(taken) * 1000, FREESTONE, clients=CLIENTS)


async def _read(url: str, path: Callable[[], str], seconds: float) -> tuple[list[float], float]:
    """How long each took, and all of them together."""
    taken: list[float] = []
    headers = {"authorization": f"Bearer {ADMIN_KEY}"}
    async with ClientSession(headers=headers, connector=TCPConnector(limit=0)) as client:

        async def one() -> None:
            began = monotonic()
            async with client.get(url + path()) as answered:
                if answered.status != 200:
                    raise NotRead(f"{answered.status} {await answered.text()}")
                await answered.read()
            taken.append(monotonic() - began)

        took = await by(CLIENTS, seconds, one)
    return taken, took
