"""What orders of the past cost those of today: lists, one order, and buying, on the shop that the
settings name, with as many orders as `freestone seed` has given it.

python -m bench.growth [--times 300]
"""

import sys
from argparse import ArgumentParser
from asyncio import run
from collections.abc import Awaitable, Callable
from itertools import count
from os import environ
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from aiohttp import ClientResponseError, ClientSession
from tests.hired import hired
from tests.journeys.shopper import Shopper
from tests.processes import Process

from bench.latencies import milliseconds
from domain.shared.ids import public
from infrastructure.shared.sales import PRODUCTS, Product, Sale

SEEDED = 10_000
"""At least so many orders of the past are there."""
Once = Callable[[], Awaitable[object]]


def main() -> None:
    told = ArgumentParser(prog="bench.growth", description=__doc__)
    told.add_argument("--times", type=int, default=300, help="each is asked (%(default)s)")
    times = told.parse_args().times
    with TemporaryDirectory() as folder:
        shop = Process(_settings(Path(folder)), Path(folder) / "log", is_begun_anew=True)
        shop.start()
        try:
            run(_measured(shop, run(hired(shop.settings)), times))
        except ClientResponseError as no:
            sys.exit(f"{no.status}: this wants a seeded shop (`freestone seed --orders {SEEDED}`)")
        finally:
            shop.kill()


def _settings(folder: Path) -> dict[str, object]:
    """Ours as they are, with what this needs."""
    named = {
        name.removeprefix("FREESTONE_").lower(): value
        for name, value in environ.items()
        if name.startswith("FREESTONE_")
    }
    own = {"test_provider_database": str(folder / "provider.db")}
    return {**own, **named, "interop": True, "environment": "development"}


async def _measured(shop: Process, key: str, times: int) -> None:
    headers = {"x-api-key": key}
    async with ClientSession(shop.url, headers=headers) as staff, ClientSession() as client:
        for what, once in {
            **_reads(staff),
            "buy: create, update, complete": _buying(client, shop),
        }.items():
            taken = [await _timed(once) for _ in range(times)]
            p50, p99 = (milliseconds(taken, part) for part in (0.5, 0.99))
            sys.stdout.write(f"{what:34} p50 {p50:7.1f} ms   p99 {p99:7.1f} ms\n")


def _reads(staff: ClientSession) -> dict[str, Once]:
    turns = count()

    def get(path: Callable[[Sale], str]) -> Once:
        async def once() -> None:
            sale = Sale(next(turns) * 7919 % SEEDED)
            async with staff.get(path(sale)) as answer:
                answer.raise_for_status()
                await answer.read()

        return once

    return {
        "page of orders": get(lambda _: "/v1/orders"),
        "page of shipped orders": get(lambda _: "/v1/orders?status=shipped"),
        "page of open orders": get(lambda _: "/v1/orders?status=open"),
        "page far back": get(lambda sale: f"/v1/orders?after={public('ord', sale.order_id)}"),
        "orders of a SKU": get(lambda sale: f"/v1/orders?sku={sale.goods[0][0].sku}"),
        "orders of a buyer": get(lambda sale: f"/v1/orders?email={sale.person.buyer.email}"),
        "one order": get(lambda sale: f"/v1/orders/{public('ord', sale.order_id)}"),
        "page of payments": get(lambda _: "/v1/payments"),
        "history of a SKU": get(lambda sale: f"/v1/stock/{sale.goods[0][0].sku}/history"),
    }


def _buying(client: ClientSession, shop: Process) -> Once:
    shopper, turns = Shopper(client, f"{shop.url}/ucp/v1", is_trusting=True), count()

    async def once() -> None:
        sku = Product(next(turns) % PRODUCTS).sku
        checkout = await shopper.ready(sku)
        await shopper.complete(checkout["id"])

    return once


async def _timed(once: Once) -> float:
    began = perf_counter()
    await once()
    return perf_counter() - began


if __name__ == "__main__":
    main()
