"""SQLite over aiosqlite with one hop to its thread for each statement.

The adapter of SQLAlchemy takes four: it opens a cursor, executes, fetches, and closes, and to begin
takes three more. Waking a thread and being woken costs more than most statements do (measured: 165
hops for one order, more CPU than all else together).
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from sqlite3 import Connection, connect
from typing import Any

from aiosqlite import Connection as Threaded
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
)
from sqlalchemy.util import EMPTY_DICT

BEGIN = "BEGIN IMMEDIATE"


@dataclass
class Said:
    """What a cursor told before it was closed."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    arraysize: int = 1

    async def close(self) -> None:
        """It is closed already."""


class OneHopCursor(AsyncAdapt_aiosqlite_cursor):
    """Executes, fetches and closes at once."""

    __slots__ = ()

    def __init__(self, adapt_connection: Any) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._soft_closed_memoized = EMPTY_DICT
        self._cursor: Any = Said()
        self._rows = deque()

    async def _execute_async(self, operation: str, parameters: Any) -> None:
        await self._hop("execute", operation, parameters or ())

    async def _executemany_async(self, operation: str, seq_of_parameters: Any) -> None:
        await self._hop("executemany", operation, seq_of_parameters)

    async def _hop(self, how: str, operation: str, parameters: Any) -> None:
        connection: Any = self._connection
        adapted: Any = self._adapt_connection
        first = adapted.taken_up()
        told = (connection._conn, first, how, operation, parameters)
        self._cursor, self._rows = await connection._execute(_perform, *told)


class ClosedConnection(Threaded):
    """Closes what was opened for somebody who waits no longer, which aiosqlite 0.22 does not."""

    def __init__(self, connector: Callable[[], Connection]) -> None:
        self._opened: list[Connection] = []
        super().__init__(partial(self._open, connector), iter_chunk_size=64)
        self._thread.daemon = True  # as the adapter of SQLAlchemy has it

    def stop(self) -> Any:
        self._tx.put_nowait((None, self._close))
        return super().stop()

    def _open(self, connector: Callable[[], Connection]) -> Connection:
        self._opened.append(connector())
        return self._opened[0]

    def _close(self) -> None:
        for connection in self._opened:
            connection.close()


def closed_connection(*where: Any, **how: Any) -> Threaded:
    return ClosedConnection(partial(connect, *where, **how))


class OneHopConnection(AsyncAdapt_aiosqlite_connection):
    """Begins a transaction together with its first statement, and not at all where none follows."""

    __slots__ = ("_first",)
    _cursor_cls = OneHopCursor

    @classmethod
    def opened(cls, dialect: Any, _record: Any, cargs: Sequence[Any], cparams: Any) -> Any:
        """Connects in place of the dialect (`do_connect`)."""
        adapted = dialect.connect(*cargs, **cparams, async_creator_fn=closed_connection)
        return cls(adapted.dbapi, adapted._connection)

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self._first = ""

    def begin(self) -> None:
        self._first = BEGIN

    def taken_up(self) -> str:
        """What must be said before the statement at hand."""
        first, self._first = self._first, ""
        return first

    def commit(self) -> None:
        if not self.taken_up():
            super().commit()

    def rollback(self) -> None:
        if not self.taken_up():
            super().rollback()


def _perform(
    connection: Connection, first: str, how: str, operation: str, parameters: Any
) -> tuple[Said, deque[Any]]:
    """In the thread."""
    if first:
        connection.execute(first)
    cursor = connection.cursor()
    try:
        getattr(cursor, how)(operation, parameters)
        rows = deque(cursor.fetchall() if cursor.description else ())
        return Said(cursor.description, cursor.rowcount, cursor.lastrowid), rows
    finally:
        cursor.close()
