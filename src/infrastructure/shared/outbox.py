"""Events wait here until the relay takes them on: stored in the transaction that made them true."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Column, Integer, MetaData, Table, UniqueConstraint, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.shared.ids import uuid7
from domain.shared.model import Aggregate
from infrastructure.shared.clock import utc_now
from infrastructure.shared.columns import Id, Instant, LongText, exact_text
from infrastructure.shared.database import note_work, transaction
from infrastructure.shared.envelope import current

AT_ONCE = 500
"""Events that one transaction marks to be sent again."""


def outbox_table(metadata: MetaData, context: str) -> Table:
    """Each context keeps an outbox beside its own tables, so that it can move house with them."""
    return Table(
        f"{context}_outbox",
        metadata,
        Column("id", Id, primary_key=True),
        Column("name", exact_text(100), nullable=False),
        Column("aggregate_id", exact_text(64), nullable=False),
        Column("sequence", Integer, nullable=False),  # 1, 2, 3 ... within one aggregate
        Column("occurred_at", Instant, nullable=False),
        Column("sent_at", Instant, index=True),  # empty while it waits
        Column("actor", exact_text(200), nullable=False),
        Column("traceparent", exact_text(55), nullable=False),
        Column("body", LongText, nullable=False),
        UniqueConstraint("aggregate_id", "sequence", name=f"{context}_outbox_sequence"),
    )


async def send_again(engine: AsyncEngine, outbox: Table, since: datetime) -> int:
    """Have the relay send what it sent since then once more; how many events that is.

    Listeners that have heard of one pass it over. Raises `Conflict`.
    """
    number, its, until = 0, outbox.c, utc_now()
    sent = select(its.id).where(its.sent_at >= since, its.sent_at < until).limit(AT_ONCE)
    while True:
        async with transaction(engine, lambda one: one) as connection:
            some = (await connection.execute(sent)).scalars().all()
            await connection.execute(update(outbox).where(its.id.in_(some)).values(sent_at=None))
        number += len(some)
        if len(some) < AT_ONCE:
            return number


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
