"""How often each caller who reads lists has written in a context, and when.

Counted in the transaction of the write and replicated with it: whoever knows the count knows the write.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Column, MetaData, Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infrastructure.shared.database.columns import Instant, exact_text
from infrastructure.shared.database.inserts import insert_new
from infrastructure.shared.database.moment import LONG_AGO, from_now

LISTERS = ("client", "machine", "staff")
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


@dataclass(frozen=True)
class Known:
    """What a database knows of one caller, by its own clock."""

    writes: int
    beat_at: datetime | None
    read_at: datetime

    def has_beaten_within(self, time: timedelta, now: datetime) -> bool:
        """A beat that is yet to come is none: it was written by another clock, of a primary before."""
        return self.beat_at is not None and abs(now - self.beat_at) <= time


class Writers:
    """One context's. All times are the primary's, so that the clocks of its many callers do not matter."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def known(self, connection: AsyncConnection, actor: str) -> Known:
        its = self._table.c
        writes = select(its.writes).where(its.actor == actor).scalar_subquery()
        beat_at = select(its.wrote_at).where(its.actor == NOBODY).scalar_subquery()
        row = (await connection.execute(select(writes, beat_at, from_now(0.0)))).one()
        return Known(row[0] or 0, row[1], row[2])

    async def beat(self, connection: AsyncConnection) -> None:
        await self.count(connection, NOBODY)

    async def count(self, connection: AsyncConnection, actor: str) -> None:
        """One write more."""
        its = self._table.c
        one = update(self._table).where(its.actor == actor)
        one_more = one.values(writes=its.writes + 1, wrote_at=from_now(0.0))
        if not (await connection.execute(one_more)).rowcount:
            none_yet = {"actor": actor, "writes": 0, "wrote_at": LONG_AGO}
            await insert_new(connection, self._table, none_yet)
            await connection.execute(one_more)
