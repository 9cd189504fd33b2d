"""Which of many processes does a context's routines: the one that holds the context's lease.

A lease is a row, taken and renewed by one conditional UPDATE on the database's own clock, so that the
clocks of those who want it do not matter. A holder goes by how long ago it last asked, on its monotonic
clock: it lets go before anybody else can take it. What it had begun by then goes on, so for a moment
there may be two, and all that a routine does must bear being done by two.
"""

from asyncio import Event
from collections.abc import Sequence
from os import getpid
from socket import gethostname
from time import monotonic

from sqlalchemy import (
    Column,
    Float,
    Integer,
    MetaData,
    Table,
    Update,
    bindparam,
    case,
    or_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from structlog import get_logger

from domain.shared.ids import uuid7
from infrastructure.shared.clock import utc_now
from infrastructure.shared.database.collisions import again
from infrastructure.shared.database.columns import Instant, exact_text
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.database.inserts import insert_new
from infrastructure.shared.database.moment import LONG_AGO, from_now

ROUTINES = "routines"
LEASE_SECONDS = 6.0
"""After a death this long nobody does the routines of its contexts, unless it is started again."""
RENEW_SECONDS = LEASE_SECONDS / 3
log = get_logger(__name__)


def lease_table(metadata: MetaData, context: str) -> Table:
    """Beside the outbox and inbox that it is about, so that it moves house with them."""
    return Table(
        f"{context}_leases",
        metadata,
        Column("name", exact_text(64), primary_key=True),
        Column("holder", exact_text(200), nullable=False),
        Column("held_until", Instant, nullable=False),
        Column("epoch", Integer, nullable=False),  # how often it has changed hands
    )


def a_holder() -> str:
    """A name for one who holds leases: no two have the same, and it tells where to look."""
    return f"{gethostname()[:100]}/{getpid()}/{uuid7(utc_now())}"


def holder_at(engine: AsyncEngine, name: str) -> str:
    """What a process is called in a database. SQLite has one server, and a lock on the file says
    so: who serves it next need not wait for the lease of the one before.
    """
    return "the server of this file" if engine.dialect.name == "sqlite" else name


class Lease:
    """One context's. `bells` are rung once it is taken."""

    def __init__(self, table: Table) -> None:
        self.table, self.take, self.is_there = table, _take(table), False
        self.bells: list[Event] = []
        self.held_until = 0.0

    @property
    def is_held(self) -> bool:
        return monotonic() < self.held_until

    def let_go(self) -> None:
        self.held_until = 0.0

    def hold(self, until: float) -> None:
        was_held, self.held_until = self.is_held, until
        if not was_held:
            log.info("lease taken", lease=self.table.name)
            for bell in self.bells:
                bell.set()


class Leases:
    """All that one process wants to hold in one database, and for how long at a time."""

    def __init__(
        self,
        engine: AsyncEngine,
        leases: Sequence[Lease],
        holder: str,
        seconds: float = LEASE_SECONDS,
    ) -> None:
        self._engine, self._holder, self._seconds = engine, holder, seconds
        in_turn = sorted(leases, key=lambda lease: lease.table.name)
        self._leases = in_turn  # everybody's, so that no two wait for each other

    async def keep(self) -> None:
        """Renew what is held, and take what nobody holds any more."""
        asked_at = monotonic()
        kept = await again(self._kept)
        for lease in self._leases:
            lease.is_there = True  # not before the commit: what was inserted may be rolled back
            if lease in kept:
                lease.hold(asked_at + self._seconds)
            else:
                lease.let_go()

    async def release(self) -> None:
        """Let others have at once what is held: of what has run out, a silent database is not told."""
        if not (held := [lease for lease in self._leases if lease.is_held]):
            return
        async with transaction(self._engine, _itself) as connection:
            for lease in held:
                lease.let_go()
                its = lease.table.c
                over = update(lease.table).where(its.holder == self._holder)
                await connection.execute(over.values(held_until=from_now(0.0)))

    async def _kept(self) -> list[Lease]:
        async with transaction(self._engine, _itself) as connection:
            return [lease for lease in self._leases if await self._taken(connection, lease)]

    async def _taken(self, connection: AsyncConnection, lease: Lease) -> bool:
        told = {"me": self._holder, "seconds": self._seconds}
        taken = (await connection.execute(lease.take, told)).rowcount
        if not taken and not lease.is_there:
            free = {"name": ROUTINES, "holder": "", "held_until": LONG_AGO, "epoch": 0}
            await insert_new(connection, lease.table, free)
            taken = (await connection.execute(lease.take, told)).rowcount
        return bool(taken)


def _itself(connection: AsyncConnection) -> AsyncConnection:
    return connection


def _take(table: Table) -> Update:
    """Built once: building it costs as much as executing it."""
    its, me = table.c, bindparam("me", type_=table.c.holder.type)
    return (
        update(table)
        .where(its.name == ROUTINES, or_(its.holder == me, its.held_until <= from_now(0.0)))
        .ordered_values(  # MySQL reads a column as it was set further left
            (its.epoch, case((its.holder == me, its.epoch), else_=its.epoch + 1)),
            (its.holder, me),
            (its.held_until, from_now(bindparam("seconds", type_=Float))),
        )
    )
