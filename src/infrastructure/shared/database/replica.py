"""Reads that may be stale: from a replica, for as long as it keeps up with its primary.

How far a replica is, is not asked of its engine but seen in rows that are replicated as all others
are. So it holds for whatever replicates in the order of commits, and for any number of processes and
hosts that read and write.
"""

from asyncio import CancelledError, Task, create_task, timeout, wait
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import timedelta
from time import monotonic
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoLineFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from structlog import get_logger

from domain.shared.model import Conflict
from infrastructure.shared.database.engines import heed_writes, only_transaction, transaction
from infrastructure.shared.database.writers import Known, Writers, reads_lists
from infrastructure.shared.envelope import current

Repository = TypeVar("Repository")
Begin = Callable[[], AbstractAsyncContextManager[Repository]]

BEATS = 4
"""Within the longest lag that is put up with."""
PATIENCE_SECONDS = 0.25
"""How long is waited for a replica before the primary is read instead."""
REST_SECONDS = 3.0
"""How long a replica is left alone that was away, or silent."""
SECONDS_TO_CLOSE = 1.0
FAILURES = (DBAPIError, NoLineFree)
log = get_logger(__name__)


class Replica:
    """One context's."""

    def __init__(
        self, primary: AsyncEngine, copy: AsyncEngine, writers: Writers, most_lag_seconds: float
    ) -> None:
        self._primary, self._copy, self._writers = primary, copy, writers
        self._most_lag = timedelta(seconds=most_lag_seconds)
        self._rests_until = 0.0
        self._tasks: set[Task[object]] = set()
        heed_writes(primary)

    async def note(self, connection: AsyncConnection) -> None:
        """Count a write in its own transaction: the last of it, for all of an actor's want the row."""
        if reads_lists(actor := current().actor):
            await self._writers.count(connection, actor)

    @asynccontextmanager
    async def reading(
        self, begin: Begin[Repository], repository: Callable[[AsyncConnection], Repository]
    ) -> AsyncIterator[Repository]:
        """What the caller wrote is there, and nothing is missing that is older than the longest lag.

        Where the replica cannot promise that, this is `begin`. One that fails in between is a
        `Conflict`, which is tried again: on the primary.
        """
        connection = await self._lent()
        if not connection:
            async with begin() as kept:
                yield kept
            return
        try:
            with only_transaction():
                yield repository(connection)
        except FAILURES as failure:
            self._rest("failed")
            raise Conflict from failure
        finally:
            await connection.close()

    async def close(self) -> None:
        """Have back what was lent, but for what a silent one does not give back."""
        with suppress(TimeoutError):
            async with timeout(SECONDS_TO_CLOSE):
                while self._tasks:
                    await wait(self._tasks)

    async def _lent(self) -> AsyncConnection | None:
        """A transaction on the replica, if that is far enough. Nobody waits for one that is silent."""
        actor = current().actor
        if not reads_lists(actor) or monotonic() < self._rests_until:
            return None
        asking = create_task(self._caught_up(actor, await self._known(actor)))
        self._keep(asking)
        try:
            await wait({asking}, timeout=PATIENCE_SECONDS)
            is_silent = not asking.done()
        except CancelledError:
            asking.add_done_callback(self._give_back)
            raise
        if is_silent:  # to cancel it may take as long as to wait for it
            asking.add_done_callback(self._give_back)
            self._rest("is silent")
            return None
        try:
            return asking.result()
        except FAILURES:
            self._rest("is away")
            return None

    async def _known(self, actor: str) -> Known:
        """What the primary knows. There is always a recent beat."""
        async with transaction(self._primary, lambda connection: connection) as connection:
            known = await self._writers.known(connection, actor)
            if not known.has_beaten_within(self._most_lag / BEATS, known.read_at):
                await self._writers.beat(connection)
        return known

    async def _caught_up(self, actor: str, primary: Known) -> AsyncConnection | None:
        connection = await self._copy.connect()
        try:
            known = await self._writers.known(connection, actor)
        except BaseException:
            await connection.close()
            raise
        may_be_lent = known.has_beaten_within(self._most_lag, primary.read_at)
        if may_be_lent and known.writes >= primary.writes:
            return connection
        await connection.close()
        return None

    def _rest(self, why: str) -> None:
        self._rests_until = monotonic() + REST_SECONDS
        log.warning("a replica is left alone", why=why, seconds=REST_SECONDS)

    def _give_back(self, asked: Task[AsyncConnection | None]) -> None:
        if not asked.cancelled() and not asked.exception() and (connection := asked.result()):
            self._keep(create_task(connection.close()))

    def _keep(self, task: Task[AsyncConnection | None] | Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
