"""What waits in an outbox for longer than it should, one by one, and how it is given up."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Table, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infrastructure.shared.clock import utc_now
from infrastructure.shared.database.engines import transaction


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An event that is not sent. `behind` is the first of its aggregate that waits too, where that
    is another: what is in the way is in its way. `size` is that of its body.
    """

    event_id: UUID
    name: str
    aggregate_id: str
    sequence: int
    occurred_at: datetime
    size: int
    behind: UUID | None = None


async def waiting(engine: AsyncEngine, outbox: Table, before: datetime, most: int) -> list[Waiting]:
    """Those of before then, the oldest first. Raises `Conflict`."""
    its, first = outbox.c, outbox.alias("first")
    behind = (
        select(first.c.id)
        .where(
            first.c.aggregate_id == its.aggregate_id,
            first.c.sequence < its.sequence,
            first.c.sent_at.is_(None),
        )
        .order_by(first.c.sequence)
        .limit(1)
        .scalar_subquery()
    )
    size = func.length(its.body)
    asked = its.id, its.name, its.aggregate_id, its.sequence, its.occurred_at
    old = (
        select(*asked, size.label("size"), behind.label("behind"))
        .where(its.sent_at.is_(None), its.occurred_at < before)
        .order_by(its.occurred_at, its.id)
        .limit(most)
    )
    async with transaction(engine, _itself) as connection:
        rows = (await connection.execute(old)).mappings().all()
    return [
        Waiting(event_id=row["id"], **{k: v for k, v in row.items() if k != "id"}) for row in rows
    ]


async def give_up(engine: AsyncEngine, outbox: Table, event_id: UUID) -> bool:
    """Have an event that waits sent to nobody any more, and let what follows it in its aggregate
    pass. Whether it waited. Raises `Conflict`.
    """
    its = outbox.c
    it = update(outbox).where(its.id == event_id, its.sent_at.is_(None)).values(sent_at=utc_now())
    async with transaction(engine, _itself) as connection:
        return bool((await connection.execute(it)).rowcount)


def _itself(connection: AsyncConnection) -> AsyncConnection:
    return connection
