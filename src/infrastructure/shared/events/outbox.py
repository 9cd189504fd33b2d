"""Events wait here until the relay takes them on: stored in the transaction that made them true."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic_core import to_json
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
    and_,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.shared.ids import uuid7
from domain.shared.model import Aggregate
from infrastructure.shared.clock import utc_now
from infrastructure.shared.database.columns import Id, Instant, LongText, exact_text
from infrastructure.shared.database.engines import note_work, transaction
from infrastructure.shared.database.moment import LONG_AGO
from infrastructure.shared.envelope import current
from infrastructure.shared.events.posted import LONGEST

AT_ONCE = 500
"""Events that one transaction marks to be sent again; and those before them in their aggregates."""
MARGIN = timedelta(days=1)
"""So long before a listener forgets an event it is not sent again: it may be under way for a while, and
clocks differ.
"""


def outbox_table(metadata: MetaData, context: str) -> Table:
    """Each context keeps an outbox beside its own tables, so that it can move house with them."""
    return Table(
        f"{context}_outbox",
        metadata,
        Column("id", Id, primary_key=True),
        Column("name", exact_text(LONGEST["name"]), nullable=False),
        Column("aggregate_id", exact_text(LONGEST["aggregate_id"]), nullable=False),
        Column("sequence", Integer, nullable=False),  # 1, 2, 3 ... within one aggregate
        Column("occurred_at", Instant, nullable=False),
        Column("sent_at", Instant, index=True),  # empty while it waits
        Column("actor", exact_text(LONGEST["actor"]), nullable=False),
        Column("traceparent", exact_text(LONGEST["traceparent"]), nullable=False),
        Column("body", LongText, nullable=False),
        UniqueConstraint("aggregate_id", "sequence", name=f"{context}_outbox_sequence"),
    )


def remembered_since(now: datetime, days: int) -> datetime:
    """What happened since then is certainly known to whoever has heard it and keeps events for so many
    days from when they happened.
    """
    return now - timedelta(days=days) + MARGIN


async def send_again(
    engine: AsyncEngine, outbox: Table, since: datetime, *, happened_since: datetime = LONG_AGO
) -> int:
    """Have the relay send what it sent since then once more, if it `happened_since` another time; how
    many events that is.

    Listeners that have heard of one pass it over, for as long as they remember it. Whoever looks
    meanwhile finds none without those before it in its aggregate that are sent again. Raises `Conflict`.
    """
    number, its, until = 0, outbox.c, utc_now()
    is_meant = and_(its.sent_at >= since, its.sent_at < until, its.occurred_at >= happened_since)
    sent = select(its.aggregate_id, its.sequence).where(is_meant)
    oldest = sent.order_by(its.sent_at, its.sequence).limit(AT_ONCE)
    while True:
        async with transaction(engine, lambda one: one) as connection:
            some = (await connection.execute(oldest)).all()
            these = and_(
                its.aggregate_id.in_({row.aggregate_id for row in some}),
                its.sequence <= max((row.sequence for row in some), default=0),
            )
            again = update(outbox).where(these, is_meant).values(sent_at=None)
            number += (await connection.execute(again)).rowcount
        if len(some) < AT_ONCE:
            return number


async def too_old(
    engine: AsyncEngine, outbox: Table, since: datetime, *, happened_since: datetime
) -> int:
    """How many events `send_again` leaves out. Raises `Conflict`."""
    its = outbox.c
    old = select(func.count()).where(its.sent_at >= since, its.occurred_at < happened_since)
    async with transaction(engine, lambda one: one) as connection:
        return (await connection.execute(old)).scalar_one()


@dataclass(frozen=True, kw_only=True)
class Lag:
    """How many events wait to be sent, and for how many seconds the oldest has."""

    waiting: int
    seconds: float


async def lag(engine: AsyncEngine, outbox: Table, clock: Callable[[], datetime] = utc_now) -> Lag:
    """Raises `Conflict`."""
    its = outbox.c
    waiting = select(func.count(), func.min(its.occurred_at)).where(its.sent_at.is_(None))
    async with transaction(engine, lambda one: one) as connection:
        number, oldest = (await connection.execute(waiting)).one()
    late = (clock() - oldest).total_seconds() if oldest else 0.0
    return Lag(waiting=number, seconds=max(0.0, late))


async def append_events(
    connection: AsyncConnection, outbox: Table, aggregate_id: str, aggregate: Aggregate
) -> None:
    await append_events_of_all(connection, outbox, {aggregate_id: aggregate})


async def append_events_of_all(
    connection: AsyncConnection, outbox: Table, aggregates: Mapping[str, Aggregate]
) -> None:
    """In one statement, however many there are."""
    if rows := [row for key, one in aggregates.items() for row in _rows(key, one)]:
        note_work()
        await connection.execute(insert(outbox), rows)


def _rows(aggregate_id: str, aggregate: Aggregate) -> list[dict[str, Any]]:
    now, events, envelope = utc_now(), aggregate.take_events(), current()
    keys = sorted(uuid7(now) for _ in events)  # the order of ids is the order of events
    numbered = enumerate(events, aggregate.events_recorded - len(events) + 1)
    return [
        {
            "id": key,
            "name": event.name,
            "aggregate_id": aggregate_id,
            "sequence": sequence,
            "occurred_at": now,
            "actor": envelope.actor,
            "traceparent": envelope.traceparent,
            "body": to_json(event).decode(),
        }
        for key, (sequence, event) in zip(keys, numbered, strict=True)
    ]
