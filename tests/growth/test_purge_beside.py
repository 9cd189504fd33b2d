"""A shop is open while its past is purged, the purge may be killed, and old orders live on."""

import sys
from asyncio import create_task, gather, sleep, timeout
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest
from aiohttp import ClientSession
from sqlalchemy.ext.asyncio import AsyncEngine

from infrastructure.ordering.tables import attempts, claims
from infrastructure.shared.clock import utc_now
from infrastructure.shared.database.engines import Engines
from infrastructure.shared.routines.purge import BATCH
from tests.engines import only
from tests.growth.purging import a_claim, count, given, purges
from tests.growth.walking import done
from tests.journeys.shopper import Shopper, delivery
from tests.processes import ROOT, environment, freestone
from tests.staffed import Staff, staffed

OLD = timedelta(days=100)
MANY = BATCH * 8


@pytest.fixture
async def engine(stocked_url: str) -> AsyncIterator[AsyncEngine]:
    """Of the demo shop, with requests of long ago."""
    engines = Engines()
    engine = engines.at(stocked_url)
    await given(engine, claims, *(a_claim(number, utc_now() - OLD) for number in range(MANY)))
    yield engine
    await engines.close()


@pytest.fixture
async def staff(stocked_url: str, tmp_path: Path) -> AsyncIterator[Staff]:
    async with staffed(tmp_path, database_url=stocked_url, interop=True) as staff:
        yield staff


@pytest.fixture
async def shopper(staff: Staff) -> AsyncIterator[Shopper]:
    async with ClientSession() as client:
        yield Shopper(client, f"{staff.url}/ucp/v1", is_trusting=True)


async def purged(engine: AsyncEngine, *, in_days: int = 0) -> None:
    for purge in purges(engine, in_days=in_days):
        await purge()


async def bought(shopper: Shopper) -> str:
    checkout = await shopper.ready()
    return str((await shopper.insist(checkout["id"])).body["order"]["id"])


@pytest.mark.thorough
async def test_orders_are_placed_while_old_rows_go(engine: AsyncEngine, shopper: Shopper) -> None:
    purging = create_task(purged(engine))

    orders = await gather(*(bought(shopper) for _ in range(4)))
    await purging

    told = [(await shopper.order(order)).status for order in orders]
    assert told == [200] * 4
    assert await count(engine, claims) == 3 * 4
    assert await count(engine, attempts) == 4


@only("sqlite")
@pytest.mark.thorough
async def test_a_purge_that_is_killed_is_finished_by_the_next(
    engine: AsyncEngine, stocked_url: str, tmp_path: Path
) -> None:
    settings = {
        "database_url": stocked_url,
        "test_provider_database": tmp_path / "provider.db",
        "environment": "development",
    }
    more = [a_claim(number, utc_now() - OLD) for number in range(MANY, 3 * MANY)]
    await given(engine, claims, *more, a_claim(3 * MANY, utc_now()))
    command = [sys.executable, "-m", "app.cli", "purge"]
    with Popen(command, env=environment(ROOT, **settings), cwd=ROOT) as purging:  # noqa: S603, ASYNC220
        async with timeout(60):
            while await count(engine, claims) > 3 * MANY:  # noqa: ASYNC110  # it rings no bell
                await sleep(0.005)
        purging.kill()
    left = await count(engine, claims)

    freestone("purge", **settings)

    assert 1 < left <= 3 * MANY
    assert left % BATCH == 1
    assert await count(engine, claims) == 1


async def test_an_old_order_is_read_and_returned_when_all_that_led_to_it_is_gone(
    engine: AsyncEngine, shopper: Shopper, staff: Staff
) -> None:
    wanted = {"buyer": {"email": "jane@example.com"}, "fulfillment": delivery()}
    opening = {"line_items": [{"item": {"id": "bouquet_roses"}, "quantity": 1}], **wanted}
    opened = await shopper.ask("POST", "/checkout-sessions", opening, key="open")
    checkout = (await shopper.update(opened.body, **wanted)).body["id"]
    order = (await shopper.complete(checkout, key="buy")).body["order"]["id"]
    await done(staff, f"/v1/orders/{order}/shipments", {}, "parcel")

    await purged(engine, in_days=400)

    gone = [await count(engine, table) for table in (claims, attempts)]
    assert gone == [0, 0]
    assert (await shopper.order(order)).status == 200
    line = (await staff.asks("GET", f"/v1/orders/{order}")).body["lines"][0]["line_id"]
    assert await returned(staff, order, line) == "refunded"
    again = await shopper.ask("POST", "/checkout-sessions", opening, key="open")
    assert (again.status, again.body["id"] == checkout) == (201, False)
    late = await shopper.complete(checkout, key="buy")
    assert (late.status, late.body["code"]) == (409, "invalid_state")


async def returned(staff: Staff, order: str, line: str) -> Any:
    wish = {"lines": [{"line_id": line, "units": 1}]}
    back = (await done(staff, f"/v1/orders/{order}/returns", wish, "wish")).body["id"]
    await done(staff, f"/v1/returns/{back}/approve", {}, "")
    came = {"lines": [{"line_id": line, "restocked": 1}]}
    await done(staff, f"/v1/returns/{back}/receive", came, "came")
    await done(staff, f"/v1/returns/{back}/refund", {}, "paid")
    async with timeout(60):
        while True:
            told = await staff.asks("GET", f"/v1/returns/{back}")
            if told.body["state"] != "refunding":
                return told.body["state"]
            await sleep(0.05)
