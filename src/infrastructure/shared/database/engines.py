"""Databases, and the one way to change something in them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import make_url
from sqlalchemy.event import contains, listen
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoLineFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from domain.shared.model import Conflict
from infrastructure.shared.database.driver_errors import hush
from infrastructure.shared.database.servers import GIVEN_UP, code_of, is_away, server_engine
from infrastructure.shared.database.sqlite_hops import OneHopConnection
from infrastructure.shared.database.statements import attend

Repository = TypeVar("Repository")
Note = Callable[[AsyncConnection], Awaitable[None]]
COLLISIONS = {
    "database is locked",  # SQLite: another process writes
    "40001",  # PostgreSQL: could not serialise
    "40P01",  # PostgreSQL: deadlock
    1020,  # MariaDB: the row has changed since it was read
    1205,  # MySQL: waited too long for a lock
    1213,  # MySQL: deadlock
} | GIVEN_UP
READ_ONLY = {
    "postgresql": "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
}


@dataclass
class Unit:
    """One open transaction, and whether it leaves something to do: events to send, say.

    Whether it has written is known where the engine's writes are heeded.
    """

    leaves_work: bool = False
    has_written: bool = False


_open: ContextVar[Unit | None] = ContextVar("open_transaction", default=None)


class Engines:
    """One engine for each distinct URL, so that contexts which share a database share its queue."""

    def __init__(self, slow_seconds: float = 0) -> None:
        self._slow_seconds = slow_seconds
        self._engines: dict[str, AsyncEngine] = {}
        self._reading: dict[str, AsyncEngine] = {}

    def at(self, url: str) -> AsyncEngine:
        if url not in self._engines:
            is_sqlite = make_url(url).get_backend_name() == "sqlite"
            self._engines[url] = self._attended(_sqlite(url) if is_sqlite else server_engine(url))
        return self._engines[url]

    def reading_at(self, url: str) -> AsyncEngine:
        """A server where nothing is written, wherever the URL leads."""
        if url not in self._reading:
            self._reading[url] = engine = self._attended(server_engine(url))
            read_only = partial(_told, READ_ONLY[engine.dialect.name])
            listen(engine.sync_engine, "connect", read_only)
        return self._reading[url]

    def _attended(self, engine: AsyncEngine) -> AsyncEngine:
        attend(engine, self._slow_seconds)
        hush(engine)
        return engine

    async def close(self) -> None:
        for engine in (*self._engines.values(), *self._reading.values()):
            await engine.dispose()


def _sqlite(url: str) -> AsyncEngine:
    """One connection: SQLite has one writer, and waiting in line is fairer than asking again."""
    if file := make_url(url).database:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(
        url,
        pool_size=1,
        max_overflow=0,
        connect_args={"timeout": 0.2},
        pool_reset_on_return=None,  # a transaction ends in a commit or a rollback, always
        hide_parameters=True,  # errors are logged, and rows are about people
    )
    listen(engine.sync_engine, "do_connect", OneHopConnection.opened)
    listen(engine.sync_engine, "connect", _begin_by_hand)
    listen(engine.sync_engine, "begin", lambda c: c.connection.dbapi_connection.begin())
    return engine


def _begin_by_hand(connection: object, _record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # or the driver begins too
    connection.execute("PRAGMA journal_mode = WAL")  # type: ignore[attr-defined]
    connection.execute("PRAGMA synchronous = FULL")  # type: ignore[attr-defined]  # survives power loss


def _told(what: str, connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(what)
    cursor.close()
    connection.commit()


def single(engine: AsyncEngine) -> AsyncEngine:
    """The same database, for transactions of one statement: PostgreSQL is not asked to begin and to
    commit one, which takes two thirds of the time. Others would have to be told that each time.
    """
    if engine.dialect.name != "postgresql":
        return engine
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def heed_writes(engine: AsyncEngine) -> None:
    """From now on, this engine's transactions know whether they have written."""
    if not contains(engine.sync_engine, "before_cursor_execute", _heed):
        listen(engine.sync_engine, "before_cursor_execute", _heed)


def _heed(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    """All that begins otherwise may write: `WITH` too."""
    if not statement.startswith("SELECT") and (unit := _open.get()):
        unit.has_written = True


def _unheard() -> None:
    pass


@asynccontextmanager
async def transaction(
    engine: AsyncEngine,
    repository: Callable[[AsyncConnection], Repository],
    ring: Callable[[], None] = _unheard,
    note: Note | None = None,
) -> AsyncIterator[Repository]:
    """Commits at the end, rolls back on a raise. Two that collide are a `Conflict` on any engine.

    So is a server that is away, or is lost before the commit: nothing was written. One that is lost
    during the commit may have heard it, so that is told as it is, and the outcome is not known.
    Where it leaves work, `ring` is called once that is committed. Where it has written, it ends with
    what `note` writes.
    """
    with only_transaction() as unit:
        is_ending = False
        try:
            async with engine.begin() as connection:
                yield repository(connection)
                if note and unit.has_written:
                    await note(connection)
                is_ending = True
        except (DBAPIError, NoLineFree) as failure:  # a bare OSError is the caller's, no driver's
            if is_collision(failure) or (is_away(failure) and not is_ending):
                raise Conflict from failure
            raise
    if unit.leaves_work:
        ring()


def is_collision(failure: BaseException) -> bool:
    """Whether another was in the way, and nothing is wrong: it may be tried again."""
    return isinstance(failure, DBAPIError) and code_of(failure) in COLLISIONS


@contextmanager
def only_transaction() -> Iterator[Unit]:
    """Mark a transaction as open. What opens one by other means (a fake) marks it too."""
    require_no_transaction("a second transaction")
    token = _open.set(unit := Unit())
    try:
        yield unit
    finally:
        _open.reset(token)


def note_work() -> None:
    """Remember that somebody must be woken once the open transaction is committed."""
    if unit := _open.get():
        unit.leaves_work = True


def require_no_transaction(what: str) -> None:
    """A lock held while waiting for others is a deadlock when near, and a long wait when far."""
    if _open.get():
        raise RuntimeError(f"{what} was begun inside an open transaction: end that one first")
