"""An outbox, and a consumer that writes down what it hears of it."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.contracts.inventory import Line, StockReleased, StockReserved
from domain.shared.ids import uuid7
from domain.shared.model import Aggregate
from domain.shared.values import AttemptId, Quantity, Sku
from infrastructure.shared.database.columns import exact_text
from infrastructure.shared.database.engines import Engines, transaction
from infrastructure.shared.envelope import Envelope, current
from infrastructure.shared.events.consumers import Consumer
from infrastructure.shared.events.inbox import Inbox, inbox_table
from infrastructure.shared.events.outbox import append_events, outbox_table
from infrastructure.shared.events.posted import Posted
from infrastructure.shared.events.relay import Relay
from tests.conftest import Shared
from tests.engines import Databases, emptied

metadata = MetaData()
outbox = outbox_table(metadata, "inventory")
inbox_rows = inbox_table(metadata, "listener")
effects = Table(
    "listener_effects",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("event", exact_text(100), nullable=False),
    Column("aggregate", exact_text(64), nullable=False),
)


@dataclass
class Clock:
    now: datetime = datetime(2026, 4, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Listening:
    """A consumer that writes down what it hears; and fails at what it is told to fail at."""

    fails_at: set[str] = field(default_factory=set)
    failure: Exception = field(default_factory=ZeroDivisionError)
    heard_in: list[Envelope] = field(default_factory=list)

    async def __call__(self, connection: AsyncConnection, event: Any, /) -> None:
        row = {"event": event.name, "aggregate": str(event.attempt_id)}
        await connection.execute(insert(effects).values(row))
        self.heard_in.append(current())
        if event.name in self.fails_at:
            raise self.failure


@pytest.fixture
async def engine(
    kind: str, with_listener: Callable[[str], Shared], made: Databases, tmp_path: Path
) -> AsyncIterator[AsyncEngine]:
    """A database with the outbox and the listener's tables, and no rows."""
    engines, shared = Engines(), with_listener(kind)
    yield engines.at(made.copy(shared.url, tmp_path) if kind == "sqlite" else shared.url)
    await engines.close()
    if kind != "sqlite":
        emptied(shared.line, metadata.sorted_tables)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def listening() -> Listening:
    return Listening()


@pytest.fixture
def inbox(engine: AsyncEngine, listening: Listening, clock: Clock) -> Inbox:
    both = tuple(
        Consumer("listener.all", event, listening) for event in (StockReserved, StockReleased)
    )
    return Inbox(engine, inbox_rows, itself, both, ring=lambda: None, clock=clock)


def itself(connection: AsyncConnection) -> AsyncConnection:
    return connection


LINES = (Line(sku=Sku("TEA"), quantity=Quantity(1)),)


def a_story(*events: type[StockReserved | StockReleased]) -> tuple[AttemptId, Aggregate]:
    attempt, aggregate = AttemptId(uuid4()), Aggregate()
    for event in events:
        aggregate.record(event(attempt_id=attempt, lines=LINES))
    return attempt, aggregate


async def told(engine: AsyncEngine, *stories: tuple[AttemptId, Aggregate]) -> None:
    async with transaction(engine, itself) as connection:
        for attempt, aggregate in stories:
            await append_events(connection, outbox, str(attempt), aggregate)


def relay_to(engine: AsyncEngine, clock: Clock | None = None, **listeners: Any) -> Relay:
    names = (StockReserved.name, StockReleased.name)
    timer = (clock or Clock()).seconds
    return Relay(engine, outbox, dict.fromkeys(names, listeners), timer=timer)


async def heard(engine: AsyncEngine) -> list[tuple[str, str]]:
    async with engine.connect() as connection:
        rows = await connection.execute(select(effects).order_by(effects.c.number))
        return [(row.event.split(".")[1], row.aggregate) for row in rows]


async def waiting(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        unsent = select(func.count()).select_from(outbox).where(outbox.c.sent_at.is_(None))
        return int((await connection.execute(unsent)).scalar_one())


async def state_of(engine: AsyncEngine) -> list[tuple[str, int]]:
    async with engine.connect() as connection:
        rows = await connection.execute(select(inbox_rows).order_by(inbox_rows.c.sequence))
        return [(row.state, row.attempts) for row in rows]


async def of_one(engine: AsyncEngine, aggregate: str, *ids: UUID) -> None:
    """Its events, which have these ids, in their order."""
    told = {"name": StockReserved.name, "occurred_at": datetime.now(UTC)}
    told |= {"actor": "", "traceparent": "", "body": "", "aggregate_id": aggregate}
    rows = [told | {"id": one, "sequence": number} for number, one in enumerate(ids, 1)]
    async with transaction(engine, itself) as connection:
        await connection.execute(insert(outbox), rows)


async def of_yesterday(engine: AsyncEngine, events: int) -> None:
    at = datetime.now(UTC) - timedelta(days=1)
    told = {"name": StockReserved.name, "sequence": 1, "occurred_at": at}
    told |= {"actor": "", "traceparent": "", "body": "{}"}
    rows = [{**told, "id": uuid7(at), "aggregate_id": str(number)} for number in range(events)]
    async with transaction(engine, itself) as connection:
        await connection.execute(insert(outbox), rows)


def a_posted() -> Posted:
    return Posted(
        id=uuid4(),
        name=StockReserved.name,
        aggregate_id="a",
        sequence=7,
        occurred_at=datetime(2026, 4, 8, 12, 0, 0, 123456, tzinfo=UTC),
        actor="customer:7",
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        body='{"attempt_id":"0198c1d2-0000-7000-8000-000000000000","lines":[]}',
    )
