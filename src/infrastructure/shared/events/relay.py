"""Takes events from an outbox to every context that listens to them, in the order of each aggregate.

An event is marked as sent once every listener has it. A listener that is away is left alone for a
while and then asked again; the others go on, and of what they have taken lately nothing is sent to them
twice while this process lives. What a listener will not have is set aside for it, with what follows in
that aggregate; all else passes.
"""

from asyncio import gather
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from sqlalchemy import RowMapping, Table, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from structlog import get_logger

from infrastructure.shared.clock import utc_now
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.events.posted import NotTaken, Posted, newest
from infrastructure.shared.routines.lease import Lease

Deliver = Callable[[Sequence[Posted]], Awaitable[None]]
"""Bring events to one context, in this order; it has them when this returns. Raises `NotTaken`."""

BATCH = 200
AT_ONCE = 50
"""Events that are brought to a listener at a time: after each time the lease is looked at."""
REST_SECONDS = 2.0
"""How long a listener that was away is left alone: asking it may take as long as asking can."""
MOST_REMEMBERED = 10_000
"""Of so many events is known which listeners took them: others are offered to them again."""
LATE = timedelta(seconds=15)
"""By so much may an event be committed after later ones, and be found at once all the same."""
LOOK_ANEW_SECONDS = 300.0
"""How often all that waits is read while a listener is away: it finds what was later still. And how
often is offered again what a listener would not have."""
ASIDE = "what is set aside"  # stands for its listeners where it is told who is away
NONE_YET = UUID(int=0)
log = get_logger(__name__)


@dataclass(frozen=True)
class Passed:
    """What came before `until` needs no reading before `till`: all but who is `away` have it."""

    until: UUID
    away: frozenset[str]
    till: float


class Relay:
    """One outbox's. `listeners` says which contexts listen to an event, by the event's name.

    Under a lease it stops where that is lost. What rests does so by the `timer`, in seconds: clocks are put
    right now and then.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        outbox: Table,
        listeners: Mapping[str, Mapping[str, Deliver]],
        clock: Callable[[], datetime] = utc_now,
        lease: Lease | None = None,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self._engine, self._outbox, self._listeners = engine, outbox, listeners
        self._clock, self._lease, self._timer = clock, lease, timer
        self._taken: dict[UUID, set[str]] = {}
        self._away_until: dict[str, float] = {}
        self._aside: dict[tuple[str, str], float] = {}
        self._passed: Passed | None = None
        its = outbox.c
        self._unsent = select(outbox).where(its.sent_at.is_(None)).order_by(its.id)
        self._earlier = self._unsent.where(
            its.aggregate_id.in_(bindparam("aggregates", expanding=True)),
            or_(
                its.id > bindparam("last", type_=its.id.type),
                its.id <= bindparam("passed", type_=its.id.type),
            ),
            its.sequence < bindparam("most"),
        )
        self.waiting = select(its.id).where(its.sent_at.is_(None))
        self._sent = update(outbox).where(its.id.in_(bindparam("ids", expanding=True)))

    async def send_waiting(self) -> bool:
        """Send all that waits, once through. Whether every listener could be reached."""
        away = self._away()
        last: UUID | None = None
        is_full = True
        while is_full and self._is_ours:
            last = self._leap(last, away)
            page, earlier = await self._waiting(after=last)
            await self._mark(await self._send(_in_order([*page, *earlier]), away))
            is_full = len(page) == BATCH
            last = page[-1].id if page else last
        if self._is_ours:
            self._remember(last, away)
        return not away - {ASIDE}

    def passes_all(self) -> bool:
        """Whether nothing is set aside: what waits now is sent by the next pass."""
        return not self._aside

    def _away(self) -> set[str]:
        now = self._timer()
        if self._passed and now >= self._passed.till:
            self._passed = None
        still = {key: until for key, until in self._aside.items() if now < until}
        if len(still) < len(self._aside):
            self._passed = None  # what is to be offered anew lies before it
        self._aside = still
        aside = {ASIDE} if self._aside else set[str]()
        return {context for context, until in self._away_until.items() if now < until} | aside

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
            until, till = self._all_before(last), self._timer() + LOOK_ANEW_SECONDS
            if self._passed:
                until, till = max(until, self._passed.until), self._passed.till
            self._passed = Passed(until, frozenset(away), till)

    def _all_before(self, last: UUID) -> UUID:
        """Nothing is committed there any more; of a host whose clock is ahead, only what is before now."""
        late_of_all = last.int - _as_id(LATE.total_seconds())
        return UUID(int=max(0, min(late_of_all, _as_id((self._clock() - LATE).timestamp()))))

    async def _send(self, batch: Sequence[Posted], away: set[str]) -> list[UUID]:
        """Those that every listener has by now. Listeners do not wait for one another."""
        wanting: dict[str, list[Posted]] = {}
        for posted in batch:
            taken = self._taken.get(posted.id, ())
            for context in self._listeners.get(newest(posted.name), {}):
                if context not in taken and context not in away:
                    wanting.setdefault(context, []).append(posted)
        for posted in batch:
            self._taken.setdefault(posted.id, set())
        await gather(*(self._bring(context, its, away) for context, its in wanting.items()))
        return [posted.id for posted in batch if self._is_sent(posted)]

    def _is_sent(self, posted: Posted) -> bool:
        taken = self._taken.get(posted.id, set())
        is_sent = taken >= self._listeners.get(newest(posted.name), {}).keys()
        if is_sent or len(self._taken) > MOST_REMEMBERED:
            self._taken.pop(posted.id, None)
        return is_sent

    async def _bring(self, context: str, batch: list[Posted], away: set[str]) -> None:
        while batch and context not in away and self._is_ours:
            free = [p for p in batch if (context, p.aggregate_id) not in self._aside]
            some, batch = free[:AT_ONCE], free[AT_ONCE:]
            if some:
                batch = await self._brought(context, some, away) + batch

    async def _brought(self, context: str, some: list[Posted], away: set[str]) -> list[Posted]:
        """What is left of them to be brought."""
        deliver = self._listeners[newest(some[0].name)][context]
        try:
            await deliver(some)
        except NotTaken as never:
            log.error("event set aside", posted=str(never), to=context)  # noqa: TRY400  # it says all
            at = some.index(never.posted)
            self._aside[context, never.posted.aggregate_id] = self._timer() + LOOK_ANEW_SECONDS
            away.add(ASIDE)
            self._has(context, some[:at])
            return some[at + 1 :]
        except Exception:  # noqa: BLE001  # an outbox outlives whatever its listeners suffer
            log.warning("events not delivered", posted=some[0].name, number=len(some), to=context)
            away.add(context)
            self._away_until[context] = self._timer() + REST_SECONDS
        else:
            self._has(context, some)
        return []

    def _has(self, context: str, some: Sequence[Posted]) -> None:
        for posted in some:
            self._taken[posted.id].add(context)

    async def _waiting(self, *, after: UUID | None) -> tuple[list[Posted], list[Posted]]:
        """The next that wait, by their ids; and what comes before them in their aggregates with a later id, or
        with one that was passed already: the clocks of hosts differ, transactions take their time, and the
        order of ids is not always the order of events.
        """
        unsent = self._unsent.where(self._outbox.c.id > after) if after else self._unsent
        earlier: Sequence[RowMapping] = ()
        async with self._begin() as connection:
            page = (await connection.execute(unsent.limit(BATCH))).mappings().all()
            most = max((row["sequence"] for row in page), default=1)
            if most > 1 and (after or len(page) == BATCH):
                aggregates = list({row["aggregate_id"] for row in page})
                told = {"last": page[-1]["id"], "passed": after or NONE_YET, "most": most}
                found = await connection.execute(self._earlier, {"aggregates": aggregates, **told})
                earlier = found.mappings().all()
        return _posted(page), _posted(earlier)

    async def _mark(self, sent: list[UUID]) -> None:
        if sent:
            async with self._begin() as connection:
                told = {"ids": sent, "sent_at": self._clock()}
                await connection.execute(self._sent, told)

    def _begin(self) -> AbstractAsyncContextManager[AsyncConnection]:
        return transaction(self._engine, _itself)


def _as_id(seconds: float) -> int:
    """A `uuid7` begins with its milliseconds."""
    return int(seconds * 1000) << 80


def _posted(rows: Sequence[RowMapping]) -> list[Posted]:
    return [Posted(**{k: v for k, v in row.items() if k != "sent_at"}) for row in rows]


def _itself(connection: AsyncConnection) -> AsyncConnection:
    return connection


def _in_order(batch: list[Posted]) -> list[Posted]:
    """By time, but each aggregate's events in their own order whatever the clock did."""
    turns = {p.id: i for i, p in enumerate(batch)}
    first: dict[str, int] = {}
    for posted in batch:
        first.setdefault(posted.aggregate_id, turns[posted.id])
    return sorted(batch, key=lambda p: (first[p.aggregate_id], p.sequence))
