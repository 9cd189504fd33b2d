"""What was sent is sent again in its order, while relays are at work."""

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.event import listens_for
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.contracts.inventory import StockReserved
from domain.shared.ids import uuid7
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.events.outbox import AT_ONCE, send_again
from tests.shared.test_events import Clock, engine, itself, outbox

__all__ = ["engine"]
BEGAN_AT = Clock().now
AGGREGATES = AT_ONCE + 100


async def two_events_each(engine: AsyncEngine) -> None:
    """The second was marked before the first: by another host's clock, or as a listener of the first
    alone was away.
    """
    rows = [
        {
            "id": uuid7(BEGAN_AT),
            "name": StockReserved.name,
            "aggregate_id": str(number),
            "sequence": sequence,
            "occurred_at": BEGAN_AT,
            "sent_at": BEGAN_AT + timedelta(seconds=-sequence),
            "actor": "",
            "traceparent": "",
            "body": "{}",
        }
        for number in range(AGGREGATES)
        for sequence in (1, 2)
    ]
    async with transaction(engine, itself) as connection:
        await connection.execute(insert(outbox), rows)


async def test_no_event_is_to_be_sent_again_before_what_was_before_it(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    await two_events_each(engine)
    seen: list[set[tuple[str, int]]] = []

    @listens_for(engine.sync_engine, "before_cursor_execute")
    def look(*_statement: Any) -> None:
        seen.append(unsent(tmp_path / "events.db"))

    number = await send_again(engine, outbox, BEGAN_AT - timedelta(minutes=1))

    seen.append(unsent(tmp_path / "events.db"))
    assert number == len(seen[-1]) == 2 * AGGREGATES
    assert any(0 < len(some) < number for some in seen)
    assert not [(of, n) for some in seen for of, n in some if n == 2 and (of, 1) not in some]


def unsent(file: Path) -> set[tuple[str, int]]:
    connection = sqlite3.connect(file)
    try:
        waiting = "SELECT aggregate_id, sequence FROM inventory_outbox WHERE sent_at IS NULL"
        return set(connection.execute(waiting).fetchall())
    finally:
        connection.close()
