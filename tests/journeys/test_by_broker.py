"""The shop in three processes that tell one another of events by a broker, whoever of them ends."""

from asyncio import create_task, gather
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import nats
import pytest
from aiohttp import ClientSession

from tests.engines import Databases, only
from tests.journeys.reconcile import mistakes, number, under_way
from tests.journeys.shopper import Shopper
from tests.journeys.test_split import Split
from tests.journeys.waiting import wait_for
from tests.private_servers import a_nats
from tests.services.server import Server

TOLD = "SELECT count(*) FROM ordering_outbox"
UNSENT = "SELECT count(*) FROM ordering_outbox WHERE sent_at IS NULL"
ALLOCATED = (
    "SELECT count(*) FROM inventory_inbox WHERE consumer = 'inventory.allocate_stock' "
    "AND state = 'done'"
)


@pytest.fixture
def broker() -> Iterator[Server]:
    with a_nats() as server:
        yield server


@pytest.fixture
def split(kept: dict[str, str], made: Databases, tmp_path: Path, broker: Server) -> Iterator[Split]:
    with ExitStack() as stack:
        split = Split(tmp_path, _own(made, kept["database_url"], stack))
        for process in split.processes.values():
            process.settings |= {"broker_url": broker.url}
            stack.callback(process.kill)
        split.open()
        yield split


def _own(made: Databases, stocked: str, stack: ExitStack) -> Callable[[Path], dict[str, str]]:
    def own(folder: Path) -> dict[str, str]:
        url = made.copy(stocked, folder)
        stack.callback(made.drop, url)
        return {"database_url": url}

    return own


@pytest.fixture
def shopper(split: Split, client: ClientSession) -> Shopper:
    return Shopper(client, f"{split.processes['shop'].url}/ucp/v1")


@only("sqlite")
async def test_what_follows_an_order_follows_by_the_broker(
    split: Split, shopper: Shopper, broker: Server
) -> None:
    checkout = await shopper.ready("bouquet_roses", "pot_ceramic", units=2)

    reply = await shopper.complete(checkout["id"])

    assert (reply.status, reply.body["status"]) == (200, "completed")
    await wait_for("the stock", lambda: number(split.books.inventory, ALLOCATED) == 1)
    await wait_for("the books to agree", lambda: mistakes(split.books, orders=1) == [])
    client = await nats.connect(broker.url)
    ordering = await client.jetstream().stream_info("freestone-ordering")
    await client.close()
    assert ordering.state.messages == number(
        split.books.ordering, "SELECT count(*) FROM ordering_outbox"
    )


@only("postgresql")
@pytest.mark.thorough
@pytest.mark.parametrize("ended", ["shop", "inventory", "the broker"])
async def test_one_of_them_is_killed_among_orders_and_nothing_is_lost_or_done_twice(
    split: Split, shopper: Shopper, broker: Server, ended: str
) -> None:
    checkouts = [(await shopper.ready("bouquet_roses"))["id"] for _ in range(12)]
    keys = {checkout: f"a-key-of-22-characters-{checkout}" for checkout in checkouts}
    buying = [create_task(shopper.complete(c, key=keys[c])) for c in checkouts]
    await wait_for("the first order", lambda: any(task.done() for task in buying))

    one = broker if ended == "the broker" else split.processes[ended]
    one.kill()
    await gather(*buying, return_exceptions=True)
    one.start()

    await wait_for("recovery", lambda: under_way(split.books) == 0)
    again = [await shopper.complete(checkout, key=keys[checkout]) for checkout in checkouts]
    assert {(reply.status, reply.body["status"]) for reply in again} == {(200, "completed")}
    await wait_for("all to be told", lambda: number(split.books.ordering, UNSENT) == 0)
    await wait_for("the stock", lambda: number(split.books.inventory, ALLOCATED) == 12)
    await wait_for("the books to agree", lambda: mistakes(split.books, orders=12) == [])
