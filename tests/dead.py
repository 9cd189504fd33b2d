"""Dead letters, as an inbox keeps them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.shared.ids import uuid7
from infrastructure.shared.database.engines import transaction

BEGAN_AT = datetime.now(UTC) - timedelta(hours=1)
"""What is old is purged once it is decided."""


async def a_letter(
    engine: AsyncEngine,
    inbox: Table,
    consumer: str,
    *,
    seconds: int = 0,
    state: str = "dead",
    event_id: UUID | None = None,
) -> UUID:
    """Of an event that happened so many seconds after others."""
    at = BEGAN_AT + timedelta(seconds=seconds)
    row = {
        "event_id": event_id or uuid7(at),
        "consumer": consumer,
        "name": "ordering.order_placed.v1",
        "aggregate_id": "an order",
        "sequence": 1,
        "occurred_at": at,
        "actor": "system",
        "traceparent": "",
        "state": state,
        "attempts": 10,
        "next_try_at": at if state == "pending" else None,
        "error": "OutOfStep()",
        "body": "{}",
    }
    async with transaction(engine, lambda connection: connection) as connection:
        await connection.execute(insert(inbox).values(row))
    return UUID(str(row["event_id"]))
