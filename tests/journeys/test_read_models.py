"""A price that changes while people buy, and a Redis that is stopped while they do."""

import os
from asyncio import create_task, gather, timeout
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from shutil import copytree
from signal import SIGCONT, SIGSTOP

import pytest
from aiohttp import ClientSession
from redis import Redis

from tests.hired import hired
from tests.journeys.conftest import strangers
from tests.journeys.shopper import Reply, Shopper
from tests.private_servers import a_redis
from tests.processes import Process, freestone, running
from tests.services.server import Server
from tests.staffed import Staff

ROSES = "bouquet_roses"


@pytest.fixture
def redis_server() -> Iterator[Server]:
    with a_redis() as server:
        yield server


@pytest.fixture
def served(stocked: Path, tmp_path: Path, redis_server: Server) -> Iterator[Process]:
    copytree(stocked, tmp_path, dirs_exist_ok=True)
    settings = strangers(tmp_path, redis_url=redis_server.url)
    with running(tmp_path / "log", **settings) as process:
        yield process


@pytest.fixture
def buyer(served: Process, client: ClientSession) -> Shopper:
    return Shopper(client, f"{served.url}/ucp/v1")


@pytest.fixture
async def staff(served: Process) -> AsyncIterator[Staff]:
    headers = {"x-api-key": await hired(served.settings)}
    async with ClientSession(served.url, headers=headers) as client:
        yield Staff(client)


async def priced(staff: Staff, cents: int) -> None:
    """Roses cost this from now on, for whoever asks the same server."""
    path = f"/v1/products/{ROSES}"
    known = await staff.asks("GET", path)
    assert known.etag
    body = {
        k: v for k, v in known.body.items() if k not in ("product_id", "version", "is_archived")
    }
    body["variants"][0]["prices"] = [{"amount": cents, "currency": "USD"}]
    assert (await staff.asks("PUT", path, body, tag=known.etag)).status == 200


async def test_a_changed_price_is_seen_at_once_and_nobody_pays_what_was_not_shown(
    buyer: Shopper, staff: Staff
) -> None:
    checkout = await buyer.ready(ROSES)
    before = sum(t["amount"] for t in checkout["totals"] if t["type"] == "subtotal")

    await priced(staff, 9900)

    assert (await buyer.create(ROSES)).total("subtotal") == 9900
    warned = await buyer.complete(checkout["id"])
    assert (warned.codes, warned.body.get("order")) == (["total_changed"], None)
    assert warned.total("subtotal") == 9900 != before
    placed = await buyer.complete(checkout["id"])
    assert (placed.body["status"], placed.total("subtotal")) == ("completed", 9900)


async def test_what_another_process_changes_is_heard_of(served: Process, buyer: Shopper) -> None:
    shown = (await buyer.create(ROSES)).total("subtotal")
    folder = served.log.parent / "dearer"
    copytree("demo/flower_shop", folder)
    products = folder / "products.csv"
    products.write_text(products.read_text().replace(f",{shown},", f",{shown + 1},"))

    freestone("import", str(folder), **served.settings)

    async with timeout(60):
        while (seen := (await buyer.create(ROSES)).total("subtotal")) == shown:
            pass
    assert seen == shown + 1


@pytest.mark.thorough
async def test_people_buy_on_while_redis_hangs_and_when_it_is_gone(
    served: Process, buyer: Shopper, redis_server: Server
) -> None:
    trusting = Shopper(buyer.client, buyer.url, is_trusting=True)

    async def buys() -> Reply:
        return await trusting.complete((await trusting.ready(ROSES))["id"])

    async def buy(times: int) -> None:
        for reply in await gather(*(buys() for _ in range(times))):
            assert reply.body["status"] == "completed"

    await buy(3)
    buying = create_task(buy(8))
    assert redis_server.pid
    os.kill(redis_server.pid, SIGSTOP)
    try:
        await buying
        await buy(3)
    finally:
        os.kill(redis_server.pid, SIGCONT)
    buying = create_task(buy(8))
    redis_server.kill()
    await buying
    await buy(3)
    assert "store away" in served.log.read_text()

    redis_server.start()
    with Redis.from_url(redis_server.url) as inside:
        async with timeout(60):
            while not inside.exists(f"freestone:catalog:v1:product:{ROSES}"):
                await buy(1)
