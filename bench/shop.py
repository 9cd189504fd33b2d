"""A shop of 1,000 products to measure: served by one process, or by three."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import func, select
from tests.databases import all_tables
from tests.journeys.reconcile import Books, mistakes, number
from tests.processes import Process

from app.settings import CONTEXTS
from bench.stock import Stock

APART = ("inventory", "payments")
REST = "catalog,customers,fulfillment,identity,notifications,ordering,pricing"
SECONDS_TO_DRAIN = 60.0


class NotDrained(Exception):
    """Events were still under way when they should all have been worked through; says how many."""


@dataclass
class Shop:
    """`key` is that of a platform, `staff_key` that of a machine of the shop. `answered` is how many
    orders its clients were told of.
    """

    processes: dict[str, Process]
    books: Books
    key: str
    staff_key: str
    client_secret: str = ""
    database_pids: Sequence[int] = ()
    answered: int = 0

    @property
    def url(self) -> str:
        return f"{self.processes['shop'].url}/ucp/v1"

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self.processes.values()]

    def drain(self) -> float:
        return drained(self._waiting)

    def mistakes(self) -> list[str]:
        """Where its books, and the payment provider's, do not agree with what was answered."""
        return mistakes(self.books, orders=self.answered)

    def _waiting(self) -> int:
        return sum(map(_waiting_at, self.processes.values()))


def _waiting_at(process: Process) -> int:
    hosted = str(process.settings.get("contexts", ",".join(CONTEXTS))).split(",")
    return unsent(process.database, hosted)


def unsent(database: str, contexts: Sequence[str]) -> int:
    """Events that wait in the outboxes of these contexts."""
    outboxes = {f"{context}_outbox" for context in contexts}
    waiting = [
        select(func.count()).where(table.c.sent_at.is_(None))
        for table in all_tables()
        if table.name in outboxes
    ]
    return sum(number(database, query) for query in waiting)


def drained(waiting: Callable[[], int], seconds: float = SECONDS_TO_DRAIN) -> float:
    """Wait until every event has been worked through; the seconds that took. Raises `NotDrained`."""
    began = monotonic()
    while left := waiting():
        if monotonic() - began > seconds:
            raise NotDrained(f"{left} events are still under way after {seconds:g} s")
        sleep(0.05)
    return monotonic() - began


@contextmanager
def whole(stock: Stock, folder: Path) -> Iterator[Shop]:
    """One process hosts every context."""
    settings = stock.copied(folder)
    process = Process(settings, folder / "log", is_begun_anew=True)
    with _served({"shop": process}):
        yield Shop({"shop": process}, Books.of(settings), *stock.keys, stock.server_pids)


@contextmanager
def apart(stock: Stock, folder: Path) -> Iterator[Shop]:
    """Inventory and payments each have a process and a database of their own."""
    folder.mkdir()
    processes = {}
    for name in (*APART, "shop"):
        contexts = name if name in APART else REST  # it looks at no tables but its own
        settings = stock.copied(folder / name, contexts=contexts)
        processes[name] = Process(settings, folder / name / "log", is_begun_anew=True)
    addresses = {f"{name}_url": processes[name].internal_url for name in APART}
    others = {
        f"{name}_url": processes["shop"].internal_url
        for name in ("ordering", "fulfillment", "identity")
    }
    for process in processes.values():
        process.settings |= addresses | others
    where = {name: process.database for name, process in processes.items()}
    books = Books(
        where["shop"], where["inventory"], where["payments"], folder / "payments" / "provider.db"
    )
    with _served(processes):
        yield Shop(processes, books, *stock.keys, stock.server_pids)


@contextmanager
def _served(processes: dict[str, Process]) -> Iterator[None]:
    with ExitStack() as stack:
        for process in processes.values():
            stack.callback(process.kill)
        with ThreadPoolExecutor() as at_once:
            list(at_once.map(Process.start, processes.values()))
        yield
