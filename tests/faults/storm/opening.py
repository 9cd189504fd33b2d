"""A world is opened: its servers, its goods, its processes. What it keeps goes with it."""

import csv
import shutil
from asyncio import gather, to_thread
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession, TCPConnector

from app.settings import CONTEXTS
from tests.conftest import a_shop
from tests.engines import asked
from tests.faults.shop import LEASE_SECONDS, a_provider
from tests.faults.storm import clock, witness
from tests.faults.storm.buyers import Buyers
from tests.faults.storm.cluster import NODES, Cluster, a_cluster
from tests.faults.storm.world import APART, DEDUP_SECONDS, HOSTED, World
from tests.faults.test_database_restart import a_database_of
from tests.journeys.conftest import SECRET
from tests.journeys.shopper import Shopper
from tests.processes import ROOT, Process, a_free_port, freestone
from tests.services import postgresql
from tests.services.temporary import a_server, memory

ON_THE_SHELF = 10_000_000


@asynccontextmanager
async def a_world(folder: Path, plant: str = "") -> AsyncIterator[World]:
    """Nobody has come to buy yet. Raises `NotInstalled` where a program is missing."""
    with ExitStack() as stack:
        database = stack.enter_context(a_server(postgresql, place=memory()))
        cluster = stack.enter_context(a_cluster())
        stack.callback(cluster.keep_logs, folder)
        url, port = a_database_of(database), a_free_port()
        provider = a_provider(folder, port)
        stack.callback(provider.wait)
        stack.callback(provider.kill)
        settings = _settings(folder, url, cluster, port)
        await gather(cluster.start(), to_thread(_stock, folder, settings))
        processes = {name: _process(folder, name, settings, plant) for name in HOSTED}
        for process in processes.values():
            process.settings |= {
                f"{context}_url": processes[context if context in APART else "shop"].internal_url
                for context in CONTEXTS
            }
            stack.callback(process.kill)
        await gather(*(to_thread(process.start) for process in processes.values()))
        async with ClientSession(connector=TCPConnector(limit=0, force_close=True)) as client:
            shopper = Shopper(client, f"{processes['shop'].url}/ucp/v1", is_trusting=True)
            yield World(folder, database, cluster, processes, Buyers(shopper), asked(url))


def _settings(folder: Path, url: str, cluster: Cluster, provider_port: int) -> dict[str, object]:
    return a_shop(
        folder,
        database_url=url,
        interop=True,
        simulation_secret=SECRET,
        payment_provider_url=f"http://127.0.0.1:{provider_port}",
        lease_seconds=LEASE_SECONDS,
        attempt_seconds=LEASE_SECONDS - 0.5,
        provider_seconds=1.0,
        request_seconds=5.0,
        recovery_seconds=0.2,
        broker_url=cluster.url,
        broker_replicas=NODES,
        broker_dedup_seconds=DEDUP_SECONDS,
    )


def _stock(folder: Path, settings: dict[str, object]) -> None:
    """The demo shop, with enough on the shelves for everybody who comes."""
    goods = folder / "goods"
    shutil.copytree(ROOT / "demo" / "flower_shop", goods)
    with (goods / "inventory.csv").open() as kept:
        skus = [row["product_id"] for row in csv.DictReader(kept)]
    lines = [f"{sku},{ON_THE_SHELF}" for sku in skus]
    (goods / "inventory.csv").write_text("\n".join(["product_id,quantity", *lines, ""]))
    alone = {name: value for name, value in settings.items() if not name.startswith("broker")}
    freestone("migrate", **alone)
    freestone("import", str(goods), **alone)
    witness.metadata.create_all(asked(str(settings["database_url"])))


def _process(folder: Path, name: str, settings: dict[str, object], plant: str) -> Process:
    moved = folder / f"{name}.clock"
    clock.move(moved, 0.0)
    command = ("tests.faults.storm.served", str(moved), *([plant] if plant else []))
    log = folder / f"{name}.log"
    return Process({**settings, "contexts": HOSTED[name]}, log, command, is_begun_anew=True)
