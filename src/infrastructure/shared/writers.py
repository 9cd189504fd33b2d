"""How often each caller who reads lists has written in a context, and when.

Counted in the transaction of the write and replicated with it: whoever knows the count knows the write.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Column, MetaData, Row, Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infrastructure.shared.clock import utc_now
from infrastructure.shared.columns import Instant, exact_text
from infrastructure.shared.inserts import insert_new

LISTERS = ("staff",)
"""Actors who read lists, up to the colon. What all others write is not counted."""
NOBODY = ""
"""Whose row is the beat: when it was last seen to that there is something to replicate."""


def writers_table(metadata: MetaData, context: str) -> Table:
    return Table(
        f"{context}_writers",
        metadata,
        Column("actor", exact_text(200), primary_key=True),
        Column("writes", BigInteger, nullable=False),
        Column("wrote_at", Instant, nullable=False),
    )


def reads_lists(actor: str) -> bool:
    return actor.partition(":")[0] in LISTERS


class Known:
    """What a database knows of one caller."""

    def __init__(self, rows: dict[str, Row[tuple[str, int, datetime]]], actor: str) -> None:
        self.writes = rows[actor].writes if actor in rows else 0
        self.beat_at: datetime | None = rows[NOBODY].wrote_at if NOBODY in rows else None

    def has_beaten_since(self, moment: datetime) -> bool:
        return self.beat_at is not None and self.beat_at >= moment


class Writers:
    """One context's."""

    def __init__(self, table: Table, clock: Callable[[], datetime] = utc_now) -> None:
        self._table, self._clock = table, clock

    async def known(self, connection: AsyncConnection, actor: str) -> Known:
        wanted = select(self._table).where(self._table.c.actor.in_((actor, NOBODY)))
        rows = await connection.execute(wanted)
        return Known({row.actor: row for row in rows}, actor)

    async def beat(self, connection: AsyncConnection) -> None:
        await self.count(connection, NOBODY)

    async def count(self, connection: AsyncConnection, actor: str) -> None:
        """One write more."""
        its, now = self._table.c, self._clock()
        first = {"actor": actor, "writes": 1, "wrote_at": now}
        one = update(self._table).where(its.actor == actor)
        one_more = one.values(writes=its.writes + 1, wrote_at=now)
        if (await connection.execute(one_more)).rowcount:
            return
        if not await insert_new(connection, self._table, first):
            await connection.execute(one_more)

    def ago(self, time: timedelta) -> datetime:
        return self._clock() - time
