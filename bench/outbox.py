"""An outbox and a listener's inbox to measure with: what a consumer that does nothing was given when.

They are those of a shop that has been open for a minute: some events have passed through them, and the
database knows how many rows there are. One that has just been made is planned for as if it were empty.
"""

from asyncio import sleep, timeout
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

from pydantic_core import to_json
from sqlalchemy import MetaData, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bench.figures import Figures
from bench.latencies import milliseconds
from domain.contracts.inventory import StockReserved
from domain.shared.ids import uuid7
from domain.shared.values import AttemptId
from infrastructure.shared.database.engines import Engines, transaction
from infrastructure.shared.events.consumers import Consumer
from infrastructure.shared.events.inbox import Inbox, inbox_table
from infrastructure.shared.events.outbox import outbox_table
from infrastructure.shared.events.relay import Deliver, Relay
from infrastructure.shared.routines.lease import lease_table

AT_ONCE = 1000
SECONDS_TO_ARRIVE = 120.0
SOURCE, LISTENER = "inventory", "listener"
metadata = MetaData()
outbox, inbox = outbox_table(metadata, SOURCE), inbox_table(metadata, LISTENER)
leases = lease_table(metadata, LISTENER)


class NotArrived(Exception):
    """Events that were told did not arrive, or not each once."""


@dataclass
class Arrivals:
    """A consumer that does nothing but to note when it was given what. What is rolled back it is
    given again."""

    at: dict[UUID, float] = field(default_factory=dict)

    @property
    def number(self) -> int:
        return len(self.at)

    async def __call__(self, _connection: AsyncConnection, event: StockReserved) -> None:
        self.at[event.attempt_id] = monotonic()

    async def all_of(self, number: int, of: str) -> None:
        """Once they are there. Raises `NotArrived`."""
        try:
            async with timeout(SECONDS_TO_ARRIVE):
                while self.number < number:  # noqa: ASYNC110  # nothing tells it
                    await sleep(0.005)
        except TimeoutError as late:
            raise NotArrived(f"{of}: {self.number} of {number}") from late
        if self.number != number:
            raise NotArrived(f"{of}: {self.number} of {number}")


@asynccontextmanager
async def emptied(url: str) -> AsyncIterator[AsyncEngine]:
    engines = Engines()
    engine = engines.at(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(metadata.drop_all)
            await connection.run_sync(metadata.create_all)
        await tell_many(engine, AT_ONCE)
        await a_relay(engine, an_inbox(engine, Arrivals()).receive_all).send_waiting()
        analyze = "ANALYZE TABLE" if engine.dialect.name in {"mariadb", "mysql"} else "ANALYZE"
        async with engine.begin() as connection:
            for table in (outbox, inbox):
                await connection.execute(text(f"{analyze} {table.name}"))
        yield engine
    finally:
        await engines.close()


def a_relay(engine: AsyncEngine, deliver: Deliver) -> Relay:
    return Relay(engine, outbox, {StockReserved.name: {LISTENER: deliver}})


def an_inbox(engine: AsyncEngine, heard: Arrivals) -> Inbox:
    consumer = Consumer("listener.all", StockReserved, heard, together=True)
    return Inbox(engine, inbox, itself, (consumer,), lambda: None)


async def tell_many(engine: AsyncEngine, number: int) -> None:
    """Of as many aggregates."""
    for _ in range(number // AT_ONCE):
        now = datetime.now(UTC)
        async with transaction(engine, itself) as connection:
            rows = [_row(now, uuid4()) for _ in range(AT_ONCE)]
            await connection.execute(insert(outbox), rows)


async def tell_singly(
    engine: AsyncEngine,
    figures: Figures,
    heard: Arrivals,
    number: int,
    each_second: float,
    of: str,
    ring: Callable[[], None],
) -> None:
    """Each in a transaction of its own, and how long each was under way. Raises `NotArrived`."""
    told: dict[UUID, float] = {}
    for turn in range(number + 1):
        attempt = uuid4()
        async with transaction(engine, itself) as connection:
            await connection.execute(insert(outbox), [_row(datetime.now(UTC), attempt)])
        told[attempt] = monotonic()
        ring()
        if turn == 0:  # it only says that it goes on
            await heard.all_of(1, of)
            told.clear()
        await sleep(1 / each_second)
    await heard.all_of(number + 1, of)
    taken = [max(0.0, heard.at[attempt] - at) for attempt, at in told.items()]
    figures.pool("event", taken, of)
    figures.note("event p50", milliseconds(taken, 0.5), of)


def itself(connection: AsyncConnection) -> AsyncConnection:
    return connection


def _row(now: datetime, attempt: UUID) -> dict[str, Any]:
    return {
        "id": uuid7(now),
        "name": StockReserved.name,
        "aggregate_id": str(attempt),
        "sequence": 1,
        "occurred_at": now,
        "actor": "bench",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "body": to_json(StockReserved(attempt_id=AttemptId(attempt), lines=())).decode(),
    }
