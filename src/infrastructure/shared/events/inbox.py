"""Where events of others arrive: each is worked through once by each consumer, in its order.

A row for each (event, consumer) is written in the transaction that does the consumer's work. What
fails waits and is tried again; what fails for good is a dead letter, and holds up what follows it
in its aggregate, for that consumer alone, until it is redriven or skipped.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Index,
    Integer,
    MetaData,
    Table,
    and_,
    bindparam,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from structlog import get_logger

from domain.shared.dead_letters import DeadLetter, Place
from domain.shared.model import Conflict, NotYet
from infrastructure.shared.clock import utc_now
from infrastructure.shared.database.collisions import again
from infrastructure.shared.database.columns import Id, Instant, LongText, exact_text, is_among
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.database.statements import issued_by
from infrastructure.shared.envelope import Envelope, carrying
from infrastructure.shared.events.consumers import Consumer
from infrastructure.shared.events.posted import LONGEST, Posted, newest
from infrastructure.shared.events.together import Together, in_parts
from infrastructure.shared.failures import in_words

MOST_ATTEMPTS = 10
ATTEMPTS_IN_PEACE = 5
"""As often may something not have come about yet before anybody is warned: some ten seconds."""
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.2, 60.0
PATIENCE = timedelta(hours=1)
"""For so long after an event happened others may be in the way, and use up none of its tries. A consumer that
always meets them (it is too slow, or meets itself) has a dead letter in the end.
"""
SECONDS_FOR_ONE = 10.0
BATCH = 50
ERROR_LENGTH = 500
WAITS = "waits for "  # how the error begins of what only waited the last time
HELD_UP = "held up"  # the error of what came to wait behind another of its aggregate
FIRST = 1  # of the events of an aggregate
DONE = {"state": "done", "next_try_at": None, "error": "", "body": ""}
log = get_logger(__name__)


def inbox_table(metadata: MetaData, context: str) -> Table:
    return Table(
        f"{context}_inbox",
        metadata,
        Column("event_id", Id, primary_key=True),
        Column("consumer", exact_text(64), primary_key=True),
        Column("name", exact_text(LONGEST["name"]), nullable=False),
        Column("aggregate_id", exact_text(LONGEST["aggregate_id"]), nullable=False, index=True),
        Column("sequence", Integer, nullable=False),
        Column("occurred_at", Instant, nullable=False),
        Column("actor", exact_text(LONGEST["actor"]), nullable=False),
        Column("traceparent", exact_text(LONGEST["traceparent"]), nullable=False),
        Column("state", exact_text(10), nullable=False),  # pending, done, dead or skipped
        Column("attempts", Integer, nullable=False),
        Column("next_try_at", Instant, index=True),  # empty unless pending
        Column("error", LongText, nullable=False),
        Column("body", LongText, nullable=False),
        Index(f"ix_{context}_inbox_state", "state", "occurred_at"),
    )


class Inbox:
    """One context's inbox."""

    def __init__(
        self,
        engine: AsyncEngine,
        table: Table,
        repository: Callable[[AsyncConnection], Any],
        consumers: Sequence[Consumer],
        ring: Callable[[], None],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._engine, self._table, self._repository = engine, table, repository
        self._consumers, self._ring, self._clock = consumers, ring, clock
        self._told = [table.c[part.name] for part in fields(DeadLetter)]
        self._together = Together(engine, table, repository, ring)
        its = table.c
        itself = its.event_id == bindparam("of_event", type_=Id)
        before = and_(its.sequence < bindparam("of_sequence"), its.state.in_(("pending", "dead")))
        self._standings = select(its.event_id, its.state, its.next_try_at).where(
            its.aggregate_id == bindparam("of_aggregate"),
            its.consumer == bindparam("of_consumer"),
            or_(itself, before),
        )
        self.due = select(table).where(
            its.state == "pending",
            its.next_try_at <= bindparam("now", type_=Instant),
            its.consumer.in_({consumer.name for consumer in consumers}),
        )

    async def receive(self, posted: Posted) -> None:
        """Keep an event for all its consumers, having worked it through where that succeeds.

        Returns once that is committed; receiving again changes nothing.
        """
        for consumer in self._consumers:
            if consumer.event.name == newest(posted.name):
                await self._work(consumer, posted)

    async def receive_all(self, batch: Sequence[Posted]) -> None:
        """The same for many, each aggregate's in their order."""
        for name in dict.fromkeys(consumer.name for consumer in self._consumers):
            its = {c.event.name: c for c in self._consumers if c.name == name}
            today = [(newest(posted.name), posted) for posted in batch]
            heard = [(its[name], posted) for name, posted in today if name in its]
            for some in in_parts(heard):
                for consumer, posted in await self._together(name, some):
                    await self._work(consumer, posted)

    async def retry_due(self) -> None:
        """Work through what waits and whose time has come."""
        its = self._table.c
        oldest = self.due.order_by(its.next_try_at, its.sequence).limit(BATCH)
        async with transaction(self._engine, lambda connection: connection) as connection:
            rows = (await connection.execute(oldest, {"now": self._clock()})).all()
        by_name = {(c.name, c.event.name): c for c in self._consumers}
        for row in sorted(rows, key=lambda row: (row.aggregate_id, row.sequence)):
            if consumer := by_name.get((row.consumer, newest(row.name))):
                await self._work(consumer, _posted(row), row.attempts, row.error)

    async def dead(
        self, *, most: int, after: Place | None = None, consumer: str | None = None
    ) -> list[DeadLetter]:
        """What could not be worked through, what happened first comes first."""
        its = self._table.c
        dead = select(*self._told).where(is_among(its.state, "dead"))
        if consumer:
            dead = dead.where(its.consumer == consumer)
        if after:
            at, event_id, whose = after
            later = or_(
                its.event_id > event_id, and_(its.event_id == event_id, its.consumer > whose)
            )
            dead = dead.where(
                its.occurred_at >= at, or_(its.occurred_at > at, and_(its.occurred_at == at, later))
            )
        oldest = dead.order_by(its.occurred_at, its.event_id, its.consumer).limit(most)
        async with transaction(self._engine, lambda connection: connection) as connection:
            rows = await connection.execute(oldest)
            return [DeadLetter(**row) for row in rows.mappings()]

    async def letter(self, event_id: UUID, consumer: str) -> DeadLetter | None:
        """An event that came to a consumer, however it stands."""
        its = self._table.c
        one = select(*self._told).where(its.event_id == event_id, its.consumer == consumer)
        async with transaction(self._engine, lambda connection: connection) as connection:
            row = (await connection.execute(one)).mappings().first()
        return DeadLetter(**row) if row else None

    async def redrive(self, event_id: object, consumer: str) -> bool:
        """Try a dead letter again from the start. Whether there was one."""
        return await self._revive(event_id, consumer, "pending")

    async def skip(self, event_id: object, consumer: str) -> bool:
        """Give a dead letter up, and let what follows it in its aggregate pass."""
        return await self._revive(event_id, consumer, "skipped")

    async def _work(
        self, consumer: Consumer, posted: Posted, attempts: int = 0, error: str = ""
    ) -> None:
        envelope = Envelope.opened(
            actor=posted.actor, traceparent=posted.traceparent, seconds=SECONDS_FOR_ONE
        )
        with carrying(envelope), issued_by(consumer.name):
            times_held_up = attempts if error == HELD_UP else 0
            try:
                take = self._take_known if attempts or error else self._take
                await again(take, consumer, posted, times_held_up)
            except Exception as failure:  # noqa: BLE001  # whatever it is, it is kept and tried again
                has_waited = error.startswith(WAITS) and not isinstance(failure, NotYet)
                if has_waited or times_held_up:
                    attempts = 0  # to wait is not to fail: it uses up none of the tries
                if not self._is_in_peace(posted, failure):
                    attempts += 1
                await again(self._keep, consumer, posted, attempts, failure)

    def _is_in_peace(self, posted: Posted, failure: Exception) -> bool:
        return isinstance(failure, Conflict) and self._clock() < posted.occurred_at + PATIENCE

    def _begin(self) -> AbstractAsyncContextManager[tuple[AsyncConnection, Any]]:
        def both(connection: AsyncConnection) -> tuple[AsyncConnection, Any]:
            return connection, self._repository(connection)

        return transaction(self._engine, both, self._ring)

    async def _take(self, consumer: Consumer, posted: Posted, times_held_up: int) -> None:
        if posted.sequence != FIRST or not await self._take_first(consumer, posted):
            await self._take_known(consumer, posted, times_held_up)

    async def _take_first(self, consumer: Consumer, posted: Posted) -> bool:
        """The first of its aggregate waits for none: where nobody has taken it, nothing need be
        looked up. Whether it was taken.
        """
        try:
            async with self._begin() as (connection, repository):
                await self._write(connection, consumer, posted, UNKNOWN, DONE)
                await consumer.handle(repository, posted.opened())
        except _Twin:
            return False
        return True

    async def _take_known(self, consumer: Consumer, posted: Posted, times_held_up: int) -> None:
        async with self._begin() as (connection, repository):
            standing = await self._standing(connection, consumer, posted)
            if standing.is_settled:
                return
            if standing.is_held_up:
                # Not for long at first: what it waits for may end just now, and not see this row.
                later = self._waiting(times_held_up + 1)
                later |= {"attempts": times_held_up + 1, "error": HELD_UP}
                await self._write(connection, consumer, posted, standing, later)
                return
            await self._write(connection, consumer, posted, standing, DONE)
            if standing.is_known:
                await self._wake(connection, consumer.name, posted.aggregate_id)
            await consumer.handle(repository, posted.opened())

    async def _keep(
        self, consumer: Consumer, posted: Posted, attempts: int, failure: Exception
    ) -> None:
        told = {"consumer": consumer.name, "posted": posted.name, "attempts": attempts}
        state, error = self._waiting(attempts or ATTEMPTS_IN_PEACE), in_words(failure)
        if isinstance(failure, NotYet):
            error = WAITS + error
            tell = log.info if attempts <= ATTEMPTS_IN_PEACE else log.warning
            tell("consumer waits", **told, waits_for=repr(failure))
        elif attempts < MOST_ATTEMPTS:
            log.warning("consumer failed", **told, error=error)
        else:
            log.error("dead letter", **told, event_id=str(posted.id), exc_info=failure)
            state = {"state": "dead", "next_try_at": None}
        values = {**state, "attempts": attempts, "error": error[:ERROR_LENGTH]}
        async with self._begin() as (connection, _):
            standing = await self._standing(connection, consumer, posted)
            if not standing.is_settled:
                await self._write(connection, consumer, posted, standing, values)

    def _waiting(self, attempts: int) -> dict[str, Any]:
        wait = min(FIRST_WAIT_SECONDS * 2 ** min(attempts, MOST_ATTEMPTS), LONGEST_WAIT_SECONDS)
        return {"state": "pending", "next_try_at": self._clock() + timedelta(seconds=wait)}

    async def _standing(
        self, connection: AsyncConnection, consumer: Consumer, posted: Posted
    ) -> "_Standing":
        told = {
            "of_event": posted.id,
            "of_sequence": posted.sequence,
            "of_aggregate": posted.aggregate_id,
            "of_consumer": consumer.name,
        }
        rows = await connection.execute(self._standings, told)
        found = {row.event_id: row for row in rows}
        own = found.pop(posted.id, None)
        return _Standing(
            is_known=own is not None,
            is_settled=own is not None and own.state != "pending",
            is_held_up=bool(found),
            next_try_at=own.next_try_at if own else None,
        )

    async def _write(
        self,
        connection: AsyncConnection,
        consumer: Consumer,
        posted: Posted,
        standing: "_Standing",
        values: dict[str, Any],
    ) -> None:
        table = self._table
        if standing.is_known:
            one = (
                table.c.event_id == posted.id,
                table.c.consumer == consumer.name,
                table.c.state == "pending",
                table.c.next_try_at == standing.next_try_at,
            )
            if (await connection.execute(update(table).where(*one).values(values))).rowcount == 0:
                raise Conflict(posted.id)  # another worked it through just now, or woke it
            return
        row = {
            "event_id": posted.id,
            "consumer": consumer.name,
            "name": posted.name,
            "aggregate_id": posted.aggregate_id,
            "sequence": posted.sequence,
            "occurred_at": posted.occurred_at,
            "actor": posted.actor,
            "traceparent": posted.traceparent,
            "attempts": 0,
            "error": "",
            "body": posted.body,
        }
        try:
            await connection.execute(insert(table), {**row, **values})
        except IntegrityError as twin:
            raise _Twin(posted.id) from twin

    async def _revive(self, event_id: object, consumer: str, state: str) -> bool:
        table = self._table
        one = (table.c.event_id == event_id, table.c.consumer == consumer, table.c.state == "dead")
        when = self._clock() if state == "pending" else None
        values = {"state": state, "attempts": 0, "next_try_at": when}
        async with self._begin() as (connection, _):
            row = (await connection.execute(select(table.c.aggregate_id).where(*one))).first()
            revived = update(table).where(*one).values(values)
            if not row or not (await connection.execute(revived)).rowcount:
                return False  # none, or somebody else has just decided on it
            await self._wake(connection, consumer, row.aggregate_id)
            return True

    async def _wake(self, connection: AsyncConnection, consumer: str, aggregate_id: str) -> None:
        """What was held up may pass now."""
        table = self._table
        held_up = (
            table.c.aggregate_id == aggregate_id,
            table.c.consumer == consumer,
            table.c.state == "pending",
        )
        now = self._clock()
        await connection.execute(update(table).where(*held_up).values(next_try_at=now))


@dataclass(frozen=True)
class _Standing:
    is_known: bool
    is_settled: bool
    is_held_up: bool
    next_try_at: datetime | None


UNKNOWN = _Standing(is_known=False, is_settled=False, is_held_up=False, next_try_at=None)


class _Twin(Conflict):
    """It has come here before."""


def _posted(row: Any) -> Posted:
    return Posted(
        id=row.event_id,
        name=row.name,
        aggregate_id=row.aggregate_id,
        sequence=row.sequence,
        occurred_at=row.occurred_at,
        actor=row.actor,
        traceparent=row.traceparent,
        body=row.body,
    )
