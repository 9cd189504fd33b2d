"""What an outbox was given lately, told to every process that keeps something by it.

The relay brings an event to one process of those that host a listener; this looks in each.
"""

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Table, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.shared.ids import earliest_uuid7
from infrastructure.shared.clock import utc_now
from infrastructure.shared.database.columns import Id
from infrastructure.shared.database.engines import transaction

LOOKS_BACK = timedelta(seconds=10)
"""Longer than a transaction is open and clocks of machines disagree: ids are older than commits."""
MOST = 5000


class Tidings:
    def __init__(
        self,
        engine: AsyncEngine,
        outbox: Table,
        hear: Callable[[Collection[str]], Awaitable[None]],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._engine, self._hear, self._clock = engine, hear, clock
        self._heard: set[UUID] = set()
        since = bindparam("since", type_=Id)
        newest = select(outbox.c.id, outbox.c.aggregate_id).where(outbox.c.id > since)
        self._lately = newest.order_by(outbox.c.id.desc()).limit(MOST)

    async def look(self) -> None:
        """Tell of which aggregates there are events that were not told yet."""
        since = {"since": earliest_uuid7(self._clock() - LOOKS_BACK)}
        async with transaction(self._engine, _itself) as connection:
            rows = (await connection.execute(self._lately, since)).all()
        if new := {row.aggregate_id for row in rows if row.id not in self._heard}:
            await self._hear(new)
        self._heard = {row.id for row in rows}


def _itself(connection: AsyncConnection) -> AsyncConnection:
    return connection
