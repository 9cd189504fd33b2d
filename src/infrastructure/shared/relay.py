"""Takes events from an outbox to every context that listens to them, in the order of each aggregate.

An event is marked as sent once every listener has it. A listener that is away is left alone for a
while and then asked again; the others go on, and of what they have taken lately nothing is sent to them
twice while this process lives. One that hangs costs the others the time that asking it may take.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from structlog import get_logger

from infrastructure.shared.clock import utc_now
from infrastructure.shared.database import transaction
from infrastructure.shared.events import Posted
from infrastructure.shared.lease import Lease

Deliver = Callable[[Posted], Awaitable[None]]
"""Bring an event to one context; it has it when this returns."""

BATCH = 100
REST = timedelta(seconds=2)
"""How long a listener that was away is left alone: asking it may take as long as asking can."""
MOST_REMEMBERED = 10_000
"""Of so many events is known which listeners took them: others are offered to them again."""
LATE = timedelta(seconds=15)
"""By so much may an event be committed after later ones, and be found at once all the same."""
LOOK_ANEW = timedelta(minutes=5)
"""How often all that waits is read while a listener is away: it finds what was later still."""
log = get_logger(__name__)


@dataclass(frozen=True)
class Passed:
    """What came before `until` needs no reading before `till`: all but who is `away` have it."""

    until: UUID
    away: frozenset[str]
    till: datetime


class Relay:
    """One outbox's. `listeners` says which contexts listen to an event, by the event's name.

    Under a lease it stops where that is lost.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        outbox: Table,
        listeners: Mapping[str, Mapping[str, Deliver]],
        clock: Callable[[], datetime] = utc_now,
        lease: Lease | None = None,
    ) -> None:
        self._engine, self._outbox, self._listeners = engine, outbox, listeners
        self._clock, self._lease = clock, lease
        self._taken: dict[UUID, set[str]] = {}
        self._away_until: dict[str, datetime] = {}
        self._passed: Passed | None = None
        self._unsent = (
            select(outbox).where(outbox.c.sent_at.is_(None)).order_by(outbox.c.id).limit(BATCH)
        )
        self.waiting = select(outbox.c.id).where(outbox.c.sent_at.is_(None))
        self._sent = update(outbox).where(outbox.c.id.in_(bindparam("ids", expanding=True)))

    async def send_waiting(self) -> bool:
        """Send all that waits, once through. Whether every listener could be reached."""
        now = self._clock()
        away = {context for context, until in self._away_until.items() if now < until}
        if self._passed and now >= self._passed.till:
            self._passed = None
        last: UUID | None = None
        is_full = True
        while is_full and self._is_ours:
            last = self._leap(last, away)
            batch = await self._waiting(after=last)
            sent = [posted.id for posted in _in_order(batch) if await self._send(posted, away)]
            await self._mark(sent)
            is_full = len(batch) == BATCH
            last = batch[-1].id if batch else last
        if self._is_ours:
            self._remember(last, away)
        return not away

    @property
    def _is_ours(self) -> bool:
        return not self._lease or self._lease.is_held

    def _leap(self, last: UUID | None, away: set[str]) -> UUID | None:
        """Past what waits only for who is away."""
        passed = self._passed
        if passed and passed.away <= away and (last is None or last < passed.until):
            return passed.until
        return last

    def _remember(self, last: UUID | None, away: set[str]) -> None:
        """What the next pass need not read; and forget what others have sent meanwhile."""
        if not away:
            self._passed = None
            self._taken.clear()
        elif last:
            late = int(LATE.total_seconds() * 1000) << 80  # a `uuid7` begins with milliseconds
            until, till = UUID(int=max(0, last.int - late)), self._clock() + LOOK_ANEW
            if self._passed:
                until, till = max(until, self._passed.until), self._passed.till
            self._passed = Passed(until, frozenset(away), till)

    async def _send(self, posted: Posted, away: set[str]) -> bool:
        if not self._is_ours:
            return False
        taken = self._taken.setdefault(posted.id, set())
        for context, deliver in self._listeners.get(posted.name, {}).items():
            if context in taken or context in away:
                continue
            try:
                await deliver(posted)
            except Exception:  # noqa: BLE001  # an outbox outlives whatever its listeners suffer
                log.warning("event not delivered", posted=posted.name, to=context)
                away.add(context)
                self._away_until[context] = self._clock() + REST
            else:
                taken.add(context)
        is_sent = taken >= self._listeners.get(posted.name, {}).keys()
        if is_sent:
            del self._taken[posted.id]
        elif len(self._taken) > MOST_REMEMBERED:
            del self._taken[next(iter(self._taken))]  # the first that was offered
        return is_sent

    async def _waiting(self, *, after: UUID | None) -> list[Posted]:
        waiting = self._unsent.where(self._outbox.c.id > after) if after else self._unsent
        async with self._begin() as connection:
            rows = (await connection.execute(waiting)).mappings().all()
        return [Posted(**{k: v for k, v in row.items() if k != "sent_at"}) for row in rows]

    async def _mark(self, sent: list[UUID]) -> None:
        if sent:
            async with self._begin() as connection:
                told = {"ids": sent, "sent_at": self._clock()}
                await connection.execute(self._sent, told)

    def _begin(self) -> AbstractAsyncContextManager[AsyncConnection]:
        return transaction(self._engine, _itself)


def _itself(connection: AsyncConnection) -> AsyncConnection:
    return connection


def _in_order(batch: list[Posted]) -> list[Posted]:
    """By time, but each aggregate's events in their own order whatever the clock did."""
    turns = {p.id: i for i, p in enumerate(batch)}
    first: dict[str, int] = {}
    for posted in batch:
        first.setdefault(posted.aggregate_id, turns[posted.id])
    return sorted(batch, key=lambda p: (first[p.aggregate_id], p.sequence))
