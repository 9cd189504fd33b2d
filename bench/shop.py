"""A shop of 1,000 products to measure: served by one process, or by three."""

import csv
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from shutil import copytree
from time import monotonic, sleep

from tests.conftest import a_shop
from tests.journeys.reconcile import Books, mistakes, number, rows
from tests.processes import ROOT, Process, freestone

from app.settings import CONTEXTS

PRODUCTS, STOCK = 1000, 100_000
CODE = "10OFF"
APART = ("inventory", "payments")
REST = "catalog,customers,fulfillment,ordering,pricing"
SECONDS_TO_DRAIN = 60.0
OUTBOXES = "SELECT name FROM sqlite_master WHERE name LIKE '%\\_outbox' ESCAPE '\\'"
ADMIN_KEY = "the key of the staff of a shop that is measured"
turns = count()


def sku_of(turn: int) -> str:
    return f"pot_{turn % PRODUCTS:04}"


class NotDrained(Exception):
    """Events were still under way when they should all have been worked through; says how many."""


@dataclass
class Shop:
    """`answered` is how many orders its clients were told of."""

    processes: dict[str, Process]
    books: Books
    key: str
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
    outboxes = [name for (name,) in rows(database, OUTBOXES)]
    return sum(
        number(database, f"SELECT count(*) FROM {name} WHERE sent_at IS NULL")  # noqa: S608  # our names
        for name in outboxes
        if name.removesuffix("_outbox") in contexts
    )


def drained(waiting: Callable[[], int], seconds: float = SECONDS_TO_DRAIN) -> float:
    """Wait until every event has been worked through; the seconds that took. Raises `NotDrained`."""
    began = monotonic()
    while left := waiting():
        if monotonic() - began > seconds:
            raise NotDrained(f"{left} events are still under way after {seconds:g} s")
        sleep(0.05)
    return monotonic() - began


def stocked(folder: Path) -> str:
    """Migrate a database in this folder and put the goods into it. The key of a platform."""
    settings = a_shop(folder)
    freestone("migrate", **settings)
    freestone("import", str(_goods(folder / "goods")), **settings)
    profile = "https://agent.example/profile.json"
    told = freestone("platforms", "add", "bench", "--profile", profile, **settings)
    return told.split()[-1]


@contextmanager
def whole(stock: Path, folder: Path, key: str) -> Iterator[Shop]:
    """One process hosts every context."""
    settings = a_shop(copytree(stock, folder), admin_key=ADMIN_KEY)
    process = Process(settings, folder / "log")
    with _served({"shop": process}):
        yield Shop({"shop": process}, Books.of(settings), key)


@contextmanager
def apart(stock: Path, folder: Path, key: str) -> Iterator[Shop]:
    """Inventory and payments each have a process and a database of their own."""
    processes = {}
    for name in (*APART, "shop"):
        its = copytree(stock, folder / name)  # it looks at no tables but its own
        contexts = name if name in APART else REST
        processes[name] = Process(a_shop(its, contexts=contexts), its / "log")
    addresses = {f"{name}_url": processes[name].internal_url for name in APART}
    others = {f"{name}_url": processes["shop"].internal_url for name in ("ordering", "fulfillment")}
    for process in processes.values():
        process.settings |= addresses | others
    where = {name: process.database for name, process in processes.items()}
    books = Books(
        where["shop"], where["inventory"], where["payments"], folder / "payments" / "provider.db"
    )
    with _served(processes):
        yield Shop(processes, books, key)


@contextmanager
def _served(processes: dict[str, Process]) -> Iterator[None]:
    with ExitStack() as stack:
        for process in processes.values():
            stack.callback(process.kill)
        with ThreadPoolExecutor() as at_once:
            list(at_once.map(Process.start, processes.values()))
        yield


def _goods(folder: Path) -> Path:
    """The demo shop's rules and rates, with goods enough."""
    copytree(ROOT / "demo" / "flower_shop", folder)
    names = [sku_of(turn) for turn in range(PRODUCTS)]
    picture = "https://example.com/pot.jpg"
    products = [(name, f"Ceramic {name}", 1500, picture) for name in names]
    promotions = [("promo_1", "free_shipping", 10000, "", "Free Shipping on orders over $100")]
    _write(folder, "products.csv", products)
    _write(folder, "inventory.csv", [(name, STOCK) for name in names])
    _write(folder, "promotions.csv", promotions)
    return folder


def _write(folder: Path, file: str, told: Sequence[tuple[object, ...]]) -> None:
    """These rows under the headings that are there."""
    heading = (folder / file).read_text().partition("\n")[0]
    with (folder / file).open("w", newline="") as written:
        written.write(heading + "\n")
        csv.writer(written).writerows(told)
