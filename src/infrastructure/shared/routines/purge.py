"""What nobody will ask for any more is deleted, a batch at a time.

A batch is one short transaction: the oldest rows are found by an index and deleted by their primary
keys, so nobody waits long for a lock, and one that breaks off has changed nothing.
"""

from asyncio import sleep
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from time import monotonic
from typing import Any, Literal

from sqlalchemy import ColumnElement, Table, and_, delete, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infrastructure.shared.clock import utc_now
from infrastructure.shared.database.collisions import again
from infrastructure.shared.database.columns import is_among
from infrastructure.shared.database.engines import transaction

BATCH = 500
SECONDS_AT_ONCE = 3.0
REST_SECONDS = 0.02
"""How long others are left alone with the database after each batch."""
Kind = Literal["events", "claims", "attempts", "expired"]
"""What leftovers are to whoever says how long they are kept; what has `expired` is not kept."""


@dataclass(frozen=True)
class Leftovers:
    """Rows of a table that nobody will ask for once they are from before some time.

    `are_old` picks them for good: what was old once is never young again. `oldest_first` is the
    order of an index that finds them. Rows of `parts` go with them.
    """

    kind: Kind
    table: Table
    are_old: Callable[[datetime], ColumnElement[bool]]
    oldest_first: Sequence[ColumnElement[Any]]
    parts: Sequence[Table] = ()


def events_left(outbox: Table, inbox: Table) -> tuple[Leftovers, ...]:
    """Events that every listener has, and events that have been worked through or given up."""

    def in_state(state: str) -> Leftovers:
        its = inbox.c
        return Leftovers(
            "events",
            inbox,
            lambda before: and_(is_among(its.state, state), its.occurred_at < before),
            (its.occurred_at,),
        )

    sent = Leftovers(
        "events", outbox, lambda before: outbox.c.sent_at < before, (outbox.c.sent_at,)
    )
    return (sent, in_state("done"), in_state("skipped"))


class Purge:
    """One context's. `days` says how long each kind is kept."""

    def __init__(
        self,
        engine: AsyncEngine,
        leftovers: Sequence[Leftovers],
        days: Mapping[Kind, int],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._engine, self._days, self._clock = engine, days, clock
        self._leftovers = tuple(leftovers)

    async def __call__(
        self, done: Callable[[int], None] = lambda _: None, *, seconds: float = inf
    ) -> None:
        """Delete what is old by now, as far as the time goes; `done` is told of each batch."""
        until = monotonic() + seconds
        waiting = list(self._leftovers)
        while waiting and monotonic() < until:
            one = waiting.pop(0)
            removed = await again(self._remove_some, one, self._before(one))
            if removed is not None:
                waiting.append(one)  # in turn, so that much of one does not keep the others
                done(removed)
                await sleep(REST_SECONDS)

    async def for_a_while(self) -> None:
        """Shorter than a process waits for its routines when it is to stop."""
        await self(seconds=SECONDS_AT_ONCE)

    async def count(self) -> dict[str, int]:
        """How many rows of each table are old by now."""
        counts = dict.fromkeys((one.table.name for one in self._leftovers), 0)
        async with transaction(self._engine, _itself) as connection:
            for one in self._leftovers:
                its = select(func.count()).select_from(one.table)
                old = await connection.scalar(its.where(one.are_old(self._before(one))))
                counts[one.table.name] += old or 0
        return counts

    async def _remove_some(self, one: Leftovers, before: datetime) -> int | None:
        """How many, or nothing if none is old: another may remove the same ones at this moment."""
        key = tuple(one.table.primary_key)
        oldest = select(*key).where(one.are_old(before)).order_by(*one.oldest_first).limit(BATCH)
        async with transaction(self._engine, _itself) as connection:
            keys = [tuple(row) for row in await connection.execute(oldest)]
            if not keys:
                return None
            for part in one.parts:
                its = [part.c[column.name] for column in key]
                await connection.execute(delete(part).where(_among(its, keys)))
            still = delete(one.table).where(_among(key, keys), one.are_old(before))
            return (await connection.execute(still)).rowcount

    def _before(self, one: Leftovers) -> datetime:
        return self._clock() - timedelta(days=self._days[one.kind])


def _among(columns: Sequence[ColumnElement[Any]], keys: list[Any]) -> ColumnElement[bool]:
    if len(columns) == 1:
        return columns[0].in_([key for (key,) in keys])
    return tuple_(*columns).in_(keys)


def _itself(connection: AsyncConnection) -> AsyncConnection:
    return connection
