"""One process at a time changes the tables of a database.

The lock belongs to the connection that migrates, not to one beside it: where a process is killed,
its server goes on with the statement at hand, and keeps the lock for just as long. It is asked for
again and again and not waited for, since a statement that waits holds a snapshot, and PostgreSQL
builds no index online while an older one is held.
"""

from asyncio import sleep
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from time import monotonic
from typing import IO

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

SECONDS_BETWEEN_TRIES = 0.2
ASKED = {
    "postgresql": text("SELECT pg_try_advisory_lock(hashtext('freestone migrate'))"),
    # names are the server's, not the database's, and at most 64 characters long
    "mysql": text("SELECT GET_LOCK(CONCAT('freestone migrate ', MD5(DATABASE())), 0)"),
}


class MigratedElsewhere(Exception):
    """Another process has been changing these tables for all the time that we would wait."""


@asynccontextmanager
async def only_migrator(engine: AsyncEngine, until: float) -> AsyncIterator[AsyncConnection]:
    """A connection that alone may change tables, waited for until then. Raises `MigratedElsewhere`.

    The lock goes with the connection, or the process, however that ends; so the engine is closed
    soon after.
    """
    if engine.dialect.name == "sqlite":
        with _lock_file(engine.url.database) as held:
            while not _is_taken(held):
                await _wait(until)
            async with engine.connect() as connection:
                yield connection
        return
    async with engine.connect() as connection:
        while not await _is_granted(connection):
            await _wait(until)
        yield connection


async def _wait(until: float) -> None:
    if monotonic() > until:
        raise MigratedElsewhere
    await sleep(SECONDS_BETWEEN_TRIES)


async def _is_granted(connection: AsyncConnection) -> bool:
    asked = ASKED["postgresql" if connection.dialect.name == "postgresql" else "mysql"]
    granted = bool(await connection.scalar(asked))
    await connection.commit()
    return granted


@contextmanager
def _lock_file(database: str | None) -> Iterator[IO[str] | None]:
    """Beside the file of the database; a database in memory has no other process."""
    if not database:
        yield None
        return
    Path(database).parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{database}.migrating").open("w") as held:
        yield held


def _is_taken(held: IO[str] | None) -> bool:
    try:
        if held:
            flock(held, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    return True
