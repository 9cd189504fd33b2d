"""How many orders a second, and how long one takes: over HTTP, on the embedded database.

python -m bench.orders [--seconds 10] [--clients 8]

A server of its own, on a database of its own; each client opens a checkout, says who and where to,
and completes it, one after the other. What was answered is held against the rows that are there.
"""

import sys
from argparse import ArgumentParser
from asyncio import gather, run
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from aiohttp import ClientSession, TCPConnector
from tests.conftest import a_shop
from tests.journeys.reconcile import number
from tests.journeys.shopper import Shopper
from tests.processes import Process, freestone, running


@dataclass
class Taken:
    """Seconds that each step took, order by order."""

    whole: list[float] = field(default_factory=list)
    complete: list[float] = field(default_factory=list)


async def buy(shopper: Shopper, until: float, taken: Taken) -> None:
    while monotonic() < until:
        began = monotonic()
        checkout = await shopper.ready("pot_ceramic", discounts={"codes": ["10OFF"]})
        completing = monotonic()
        reply = await shopper.complete(checkout["id"])
        if reply.body["status"] != "completed":
            sys.exit(f"an order was not placed: {reply.body}")
        taken.whole.append(monotonic() - began)
        taken.complete.append(monotonic() - completing)


async def measured(shop: Process, seconds: float, clients: int) -> tuple[Taken, float]:
    taken = Taken()
    async with ClientSession(connector=TCPConnector(limit=0)) as client:
        shopper = Shopper(client, f"{shop.url}/ucp/v1", is_trusting=True)
        began = monotonic()
        await gather(*(buy(shopper, began + seconds, taken) for _ in range(clients)))
        return taken, monotonic() - began


def milliseconds(taken: list[float], share: float) -> float:
    return sorted(taken)[int(len(taken) * share)] * 1000


def table(taken: Taken, seconds: float, clients: int) -> str:
    rows = [
        ("orders", f"{len(taken.whole)} in {seconds:.1f} s, {clients} clients"),
        ("orders/s", f"{len(taken.whole) / seconds:.1f}"),
    ]
    for name, steps in (("whole flow", taken.whole), ("complete", taken.complete)):
        rows += [
            (f"{name} p{share * 100:.0f}", f"{milliseconds(steps, share):.0f} ms")
            for share in (0.5, 0.99)
        ]
    return "\n".join(f"{name:<16} {value}" for name, value in rows)


def main() -> None:
    told = ArgumentParser(description=__doc__)
    told.add_argument("--seconds", type=float, default=10)
    told.add_argument("--clients", type=int, default=8)
    asked = told.parse_args()
    with TemporaryDirectory() as folder:
        settings = a_shop(Path(folder), interop=True)
        freestone("migrate", **settings)
        freestone("import", "demo/flower_shop", **settings)
        with running(Path(folder) / "log", **settings) as shop:
            taken, seconds = run(measured(shop, asked.seconds, asked.clients))
            there = number(shop.database, "SELECT count(*) FROM ordering_orders")
    if there != len(taken.whole):
        sys.exit(f"{len(taken.whole)} orders were answered, and {there} are there")
    sys.stdout.write(table(taken, seconds, asked.clients) + "\n")


if __name__ == "__main__":
    main()
