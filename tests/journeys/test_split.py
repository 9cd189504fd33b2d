"""One shop, cut into three processes and their databases by settings alone."""

from asyncio import create_task, gather
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from aiohttp import ClientSession

from app.settings import CONTEXTS
from tests.conftest import a_shop
from tests.engines import EVERY_DAY, KINDS, Databases, only, seldom
from tests.journeys.conftest import strangers
from tests.journeys.reconcile import Books, mistakes, number, under_way
from tests.journeys.shopper import Shopper
from tests.journeys.waiting import wait_for
from tests.processes import Process, freestone

APART = ("inventory", "payments")
REST = ",".join(context for context in CONTEXTS if context not in APART)


class Split:
    """Inventory, payments and the rest of the shop, each by itself."""

    def __init__(self, folder: Path, kept: Callable[[Path], dict[str, str]]) -> None:
        self.folder, self._kept = folder, kept
        self.processes = {name: self._process(name) for name in (*APART, "shop")}
        shop = self.processes["shop"]
        hosts = {context: self.processes.get(context, shop) for context in CONTEXTS}
        for process in self.processes.values():
            process.settings |= {f"{name}_url": host.internal_url for name, host in hosts.items()}

    @property
    def books(self) -> Books:
        ordering = self.processes["shop"].database_of("ordering")
        inventory, payments = (self.processes[name].database_of(name) for name in APART)
        return Books(ordering, inventory, payments, self.folder / "payments" / "provider.db")

    def open(self) -> None:
        for process in self.processes.values():
            process.start()

    def _process(self, name: str) -> Process:
        folder = self.folder / name
        folder.mkdir()
        its = self._kept(folder)
        more = {"lease_seconds": 2, "attempt_seconds": 1.5, "recovery_seconds": 0.2}
        settings = a_shop(folder, **its) if name in APART else strangers(folder, **its, **more)
        told = {**settings, "contexts": name if name in APART else REST}
        return Process(told, folder / "log", is_begun_anew=True)


@pytest.fixture
def split(
    kind: str,
    kept: dict[str, str],
    made: Databases,
    tmp_path: Path,
) -> Iterator[Split]:
    def own(folder: Path) -> dict[str, str]:
        """Nobody looks at tables but those of contexts that are hosted there."""
        if kind == "mixed":
            return kept
        url = made.copy(kept["database_url"], folder)
        stack.callback(made.drop, url)
        return {"database_url": url}

    with ExitStack() as stack:
        split = Split(tmp_path, own)
        for process in split.processes.values():
            stack.callback(process.kill)
        split.open()
        yield split


@pytest.fixture
def shopper(split: Split, client: ClientSession) -> Shopper:
    return Shopper(client, f"{split.processes['shop'].url}/ucp/v1")


async def test_an_order_is_placed_over_three_processes(split: Split, shopper: Shopper) -> None:
    checkout = await shopper.ready("bouquet_roses", "pot_ceramic", units=2)

    reply = await shopper.complete(checkout["id"])

    assert (reply.status, reply.body["status"]) == (200, "completed")
    await wait_for("the books to agree", lambda: mistakes(split.books, orders=1) == [])


@only(*seldom(KINDS, but=EVERY_DAY))
@pytest.mark.thorough
@pytest.mark.parametrize("killed", APART)
async def test_one_of_them_is_killed_in_the_middle_and_nothing_is_lost(
    split: Split, shopper: Shopper, killed: str
) -> None:
    checkouts = [(await shopper.ready("bouquet_roses"))["id"] for _ in range(12)]
    keys = {checkout: f"a-key-of-22-characters-{checkout}" for checkout in checkouts}
    buying = [create_task(shopper.complete(c, key=keys[c])) for c in checkouts]
    await wait_for("the first order", lambda: any(task.done() for task in buying))

    split.processes[killed].kill()
    first = await gather(*buying)
    assert {reply.status for reply in first} <= {200, 503}
    split.processes[killed].start()
    await wait_for("recovery", lambda: under_way(split.books) == 0)

    again = [await shopper.complete(checkout, key=keys[checkout]) for checkout in checkouts]
    assert {(reply.status, reply.body["status"]) for reply in again} == {(200, "completed")}
    for before, after in zip(first, again, strict=True):
        assert before.status == 503 or before.raw == after.raw
    await wait_for("the books to agree", lambda: mistakes(split.books, orders=12) == [])


@only(*seldom(KINDS, but=EVERY_DAY))
@pytest.mark.thorough
async def test_a_process_that_is_told_to_stop_answers_its_neighbours_first(
    split: Split, shopper: Shopper
) -> None:
    checkout = await shopper.ready("bouquet_roses")
    buying = create_task(shopper.complete(checkout["id"], "late_token:1"))
    pending = "SELECT count(*) FROM payments_payments WHERE state = 'pending'"
    await wait_for("an attempt", lambda: number(split.books.payments, pending) == 1)

    split.processes["payments"].ask_to_stop()
    reply = await buying

    assert (reply.status, reply.body["status"]) == (200, "completed")
    assert split.processes["payments"].wait() == 0


def test_a_context_that_is_neither_hosted_nor_placed_is_named(tmp_path: Path) -> None:
    process = Process({**a_shop(tmp_path), "contexts": "ordering"}, tmp_path / "log")

    with pytest.raises(AssertionError, match="FREESTONE_CATALOG_URL"):
        process.start()

    assert process.wait() == 2
    assert "Traceback" not in process.said()


@only(*seldom(KINDS, but=EVERY_DAY))
async def test_their_books_are_held_against_one_another_from_anywhere(
    split: Split, shopper: Shopper
) -> None:
    checkouts = [(await shopper.ready("bouquet_roses"))["id"] for _ in range(2)]
    await gather(*(shopper.complete(checkout) for checkout in checkouts))

    said = freestone("check", **split.processes["shop"].environment)

    assert "compared 2 attempts: " in said
    assert "the books agree" in said
