"""A shop of real processes that share a database and a broker, each of which may be ended.

`shop` is where buyers come; `twin` hosts the same contexts, and does their routines when the other
cannot; inventory and payments are processes of their own, and so is the payment provider.
"""

from asyncio import to_thread
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from app.settings import CONTEXTS
from tests.faults.storm import clock
from tests.faults.storm.buyers import Buyers
from tests.faults.storm.cluster import Cluster
from tests.faults.storm.waiting import until
from tests.journeys.reconcile import Books
from tests.processes import Process
from tests.services.server import Server

APART = ("inventory", "payments")
REST = ",".join(context for context in CONTEXTS if context not in APART)
HOSTED = {"shop": REST, "twin": REST, "inventory": "inventory", "payments": "payments"}
DEDUP_SECONDS = 2.0
"""For so long the broker drops what comes twice: an outage that is longer need not take minutes."""
BUYERS = 3
FOLLOWED = """
SELECT count(*) FROM ordering_outbox told JOIN faults_applied done ON done.event_id = told.id
WHERE done.consumer = 'inventory.allocate_stock' AND told.aggregate_id IN ({})
"""


@dataclass
class World:
    folder: Path
    database: Server
    cluster: Cluster
    processes: dict[str, Process]
    buyers: Buyers
    engine: Engine
    ahead: float = 0.0
    """By so many seconds are all clocks of the shop ahead of ours."""
    furthest: float = 0.0
    """By so many seconds one of them has been ahead of ours."""
    last_found: int = 0
    """How much was under way when the books were last looked at."""

    @property
    def database_url(self) -> str:
        return self.processes["shop"].database

    @property
    def books(self) -> Books:
        url = self.database_url
        return Books(url, url, url, self.folder / "provider.db")

    def clock_of(self, name: str) -> Path:
        return self.folder / f"{name}.clock"

    def line(self) -> AbstractContextManager[Connection]:
        """To the database of the shop, for questions. Raises `SQLAlchemyError` where it is away."""
        return self.engine.connect()

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def note(self, what: str) -> None:
        """Beside the logs of its processes: when which fault was got over."""
        with (self.folder / "storm.log").open("a") as log:
            log.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {what}\n")

    def pass_time(self) -> None:
        """All clocks go on to where the furthest of them once was: what it put off is due then."""
        self.ahead = max(self.ahead, self.furthest)
        for name in self.processes:
            clock.move(self.clock_of(name), self.ahead)

    async def restart(self, name: str) -> float:
        """kill -9, and started again as whoever watches over it would. When it was killed."""
        killed_at, process = monotonic(), self.processes[name]
        process.kill()
        await to_thread(process.start)
        return killed_at

    async def recovers(self, since: float) -> None:
        """Somebody came to buy after this, has bought, and what follows an order has followed."""

        def is_followed() -> bool:
            if not (orders := self.buyers.since(since)):
                return False
            names = ",".join(f"'{order}'" for order in orders)
            try:
                with self.line() as line:
                    return bool(line.execute(text(FOLLOWED.format(names))).scalar())
            except SQLAlchemyError:
                return False

        await until("an order that was followed", is_followed)
