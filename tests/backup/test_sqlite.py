"""Backups of a shop that sells, put back by the program, as an operator would."""

import sys
from asyncio import create_subprocess_exec
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile, copytree
from subprocess import PIPE

import pytest
from aiohttp import ClientSession
from sqlalchemy import select

from domain.shared.ids import public
from infrastructure.ordering.tables import orders
from tests.backup.crowd import a_crowd
from tests.books.comparing import differing_at_provider, found_in
from tests.journeys.conftest import strangers
from tests.journeys.reconcile import number, rows
from tests.journeys.shopper import Shopper
from tests.journeys.waiting import wait_for
from tests.processes import INTERNAL_KEY, ROOT, Process, environment, freestone

APART = ("inventory", "payments")
SOON = {"recovery_seconds": 0.2, "lease_seconds": 2, "attempt_seconds": 1.5}


@pytest.fixture
def shop(stocked: Path, tmp_path: Path) -> Iterator[Process]:
    """One process; a file for inventory, one for payments, and one for the rest."""
    folder, apart = copytree(stocked, tmp_path / "shop"), {}
    for context in APART:
        copyfile(folder / "shop.db", folder / f"{context}.db")
        apart[f"{context}_database_url"] = f"sqlite:///{folder}/{context}.db"
    process = Process({**strangers(folder), **SOON, **apart}, tmp_path / "log")
    yield process
    process.kill()


def orders_in(shop: Process) -> set[str]:
    return {public("ord", one) for (one,) in rows(shop.database, select(orders.c.order_id))}


async def backed_up(shop: Process, target: Path) -> None:
    """While whoever else is here goes on."""
    command = ("-m", "app.cli", "backup", str(target))
    env = environment(**shop.settings)
    program = await create_subprocess_exec(
        sys.executable, *command, cwd=ROOT, env=env, stdout=PIPE, stderr=PIPE
    )
    _, said = await program.communicate()
    assert program.returncode == 0, said


async def test_what_was_backed_up_while_it_sold_is_put_back_and_agrees(
    shop: Process, client: ClientSession, tmp_path: Path
) -> None:
    shop.start()
    async with a_crowd(shop, client) as crowd:
        before = await crowd.more(5)
        await backed_up(shop, tmp_path / "backup")
        await crowd.more(5)
    shop.kill()

    freestone("restore", str(tmp_path / "backup"), **shop.settings)

    now = orders_in(shop)
    assert set(before) <= now < set(crowd.placed)
    shop.start()
    while found := await found_in(**shop.settings):
        assert set(found) <= {"under way", "stock_unallocated", "attempt_stalled"}
    now = orders_in(shop)
    surplus = await differing_at_provider(**shop.settings)
    assert {one.kind for one in surplus} == {"missing_here"}
    assert len(surplus) == len(set(crowd.placed) - now)
    again = await crowd.shopper.ready("bouquet_roses")
    assert (await crowd.shopper.complete(again["id"])).body["status"] == "completed"


@pytest.mark.thorough
async def test_events_are_sent_again_to_a_listener_from_before(
    shop: Process, client: ClientSession, tmp_path: Path
) -> None:
    """Backups of one part after the other, as of processes on machines apart, are of no one moment:
    the older listener has not heard what the newer sender knows it was told.
    """
    shop.settings["fulfillment_database_url"] = f"sqlite:///{tmp_path}/shop/fulfillment.db"
    copyfile(tmp_path / "shop" / "shop.db", tmp_path / "shop" / "fulfillment.db")
    alone = {**shop.settings, "contexts": "fulfillment", "internal_keys": INTERNAL_KEY}
    alone |= {"ordering_url": "http://127.0.0.1:1"}
    freestone("backup", str(tmp_path / "backup"), **alone)
    began_at = datetime.now(UTC)
    shop.start()
    shopper = Shopper(client, f"{shop.url}/ucp/v1")
    await shopper.complete((await shopper.ready("bouquet_roses"))["id"])
    listener = str(shop.settings["fulfillment_database_url"])
    await wait_for("the shipment", lambda: number(listener, SHIPMENTS) == 1)
    await wait_for("the events", lambda: number(shop.database, WAITING) == 0)
    shop.kill()

    freestone("restore", str(tmp_path / "backup"), **alone)
    assert number(listener, SHIPMENTS) == 0
    said = freestone(
        "events", "republish", "--since", f"{began_at:%Y-%m-%dT%H:%M:%S}", **shop.settings
    )
    shop.start()

    await wait_for("the shipment again", lambda: number(listener, SHIPMENTS) == 1)
    await wait_for("the books to agree", lambda: number(shop.database, WAITING) == 0)
    assert await found_in(**shop.settings) == []
    assert "2  ordering" in said, "the order was placed, and its shipment presented"


SHIPMENTS = "SELECT count(*) FROM fulfillment_shipments"
WAITING = "SELECT count(*) FROM ordering_outbox WHERE sent_at IS NULL"
