"""Two processes of a shop with a replica, and staff with one key who ask now this one, now that."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientSession

from app.house import opened
from app.settings import Settings
from domain.contracts.inventory import Count, Inventory, SetStock
from domain.shared.values import Sku
from tests.hired import hired
from tests.processes import Process, running
from tests.reads.standby import Pair


@pytest.fixture(scope="module")
def shop(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("shop")
    return {
        "database_url": pair.url,
        "read_database_url": pair.read_url,
        "read_lag_seconds": 3600,
        "environment": "development",
        "test_provider_database": str(folder / "provider.db"),
        "keys_folder": str(folder / "keys"),
    }


@pytest.fixture
async def client(shop: dict[str, Any]) -> AsyncIterator[ClientSession]:
    """A machine of the shop."""
    async with ClientSession(headers={"x-api-key": await hired(shop)}) as client:
        yield client


@pytest.fixture(scope="module")
def two(
    shop: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Process, Process]]:
    folder = tmp_path_factory.mktemp("logs")
    with running(folder / "one", **shop) as one, running(folder / "two", **shop) as two:
        yield one, two


async def test_what_was_written_by_one_process_is_listed_by_the_other(
    two: tuple[Process, Process], shop: dict[str, Any], pair: Pair, client: ClientSession
) -> None:
    one, other = two
    await skus_at(other, client)  # there is a beat
    with pair.held():
        taken, written = f"taken-{uuid4().hex}", f"written-{uuid4().hex}"
        await others_write(shop, taken)
        assert taken not in await skus_at(one, client)
        assert taken not in await skus_at(other, client)

        await staff_write(one, written, client)

        assert {written, taken} <= await skus_at(one, client)
        assert {written, taken} <= await skus_at(other, client)

    await skus_at(other, client)
    with pair.held():
        later = f"later-{uuid4().hex}"
        await others_write(shop, later)

        seen = await skus_at(other, client)
        assert {written, taken} <= seen
        assert later not in seen  # the replica is read again


async def skus_at(process: Process, client: ClientSession) -> set[str]:
    """All that were ever counted, page by page, as staff of this process list them."""
    skus: set[str] = set()
    after = None
    while True:
        asked = {"limit": "100", **({"after": after} if after else {})}
        async with client.get(f"{process.url}/v1/stock", params=asked) as reply:
            assert reply.status == 200
            page = await reply.json()
        skus |= {item["sku"] for item in page["items"]}
        if not (after := page["next"]):
            return skus


async def staff_write(process: Process, sku: str, client: ClientSession) -> None:
    at = f"{process.url}/v1/stock/{sku}"
    counted = {"units_on_hand": 7, "reason": "counted"}
    key = {"Idempotency-Key": sku}
    async with client.put(at, json=counted, headers=key) as reply:
        assert reply.status == 200, await reply.text()


async def others_write(shop: dict[str, Any], sku: str) -> None:
    """Whoever is no member of staff: the terminal, a buyer's platform."""
    async with opened(Settings(**shop)) as house:
        count = Count(sku=Sku(sku), units_on_hand=7)
        await house.contract(Inventory).set_stock(SetStock(counts=(count,)))
