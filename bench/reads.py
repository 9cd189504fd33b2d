"""Staff that read the catalogue, each request after the other, for a bounded time."""

from asyncio import run
from collections.abc import Callable
from time import monotonic

from aiohttp import ClientSession, TCPConnector

from bench.clients import a_token
from bench.figures import BEARER, FREESTONE, Figures
from bench.latencies import milliseconds
from bench.load import by
from bench.shop import Shop
from bench.stock import sku_of, turns
from bench.watch import cpu_seconds

CLIENTS = 16  # as those whom the targets name were measured
PAGE = 20


class NotRead(Exception):
    """The catalogue did not answer; says what it did instead."""


def read(shop: Shop, figures: Figures, seconds: float) -> None:
    """One product by its id, and a page of them with their prices, as a machine of the shop with an
    API key; the product with an access token too, and beside it a route that anybody may ask.
    """
    by_key = {"x-api-key": shop.staff_key}
    token = run(a_token(shop.processes["shop"].url, shop.client_secret))
    for what, of, path, headers in (
        ("product", FREESTONE, _product, by_key),
        ("product", BEARER, _product, {"authorization": f"Bearer {token}"}),
        ("product page", FREESTONE, _page, by_key),
        ("open route", FREESTONE, _open, {}),
    ):
        before = cpu_seconds(shop.pids)
        taken, took = run(_read(shop, path, headers, seconds))
        used = cpu_seconds(shop.pids) - before
        figures.note(f"{what}s", len(taken) / took, of, clients=CLIENTS)
        figures.note(f"{what} p50", milliseconds(taken, 0.5), of, clients=CLIENTS)
        figures.note(f"{what} CPU", used / len(taken) * 1000, of, clients=CLIENTS)


def _product() -> str:
    return f"/v1/products/{sku_of(next(turns))}"


def _page() -> str:
    return f"/v1/products?limit={PAGE}"


def _open() -> str:
    return "/healthz"


async def _read(
    shop: Shop, path: Callable[[], str], headers: dict[str, str], seconds: float
) -> tuple[list[float], float]:
    """How long each took, and all of them together."""
    taken: list[float] = []
    url = shop.processes["shop"].url
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
