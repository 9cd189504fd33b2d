"""How the tables of a database grow: one line of migrations, and one version table, a context."""

from asyncio import run as run_async
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from sys import argv
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, Protocol, TypeVar

from alembic import command
from sqlalchemy import Connection, make_url, select
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.shared.model import Conflict
from infrastructure.shared.database.collisions import again
from infrastructure.shared.database.engines import Engines, is_collision
from infrastructure.shared.migrations.line import (
    config_of,
    lacking,
    standing,
    steps,
    tables_of,
)
from infrastructure.shared.migrations.lock import MigratedElsewhere, only_migrator
from infrastructure.shared.migrations.run import FailedMigration, Migrated, Run
from infrastructure.shared.migrations.session import bound_waits, unfit_because

Result = TypeVar("Result")
PATIENCE_SECONDS = 300.0


class NoDatabase(Exception):
    """The database of a context cannot be asked; says why, and tells no password."""

    def __init__(self, context: str, why: str) -> None:
        super().__init__(f"the database of {context} {why}")
        self.context = context


class Databases(Protocol):
    """Which contexts are kept here, and where."""

    @property
    def contexts(self) -> tuple[str, ...]: ...

    def database_of(self, context: str) -> str: ...


async def migrate(
    databases: Databases, *, contract: bool = False, patience_seconds: float = PATIENCE_SECONDS
) -> Migrated:
    """Bring the tables of every context that is kept here up to date.

    Doing it again changes nothing, and of many who do it at once one takes each step. What was
    broken off is gone on with. Raises `NoDatabase` or `FailedMigration`.
    """
    told, until = Migrated(), monotonic() + patience_seconds
    for url in dict.fromkeys(map(databases.database_of, databases.contexts)):
        contexts = [one for one in databases.contexts if databases.database_of(one) == url]
        async with _alone(contexts[0], url, until) as run:
            for context in contexts:
                async with _asked(context, url):
                    await run.take(context, contract=contract, told=told)
    return told


async def pending(databases: Databases) -> list[str]:
    """The contexts kept here whose tables are not as this code needs them. Raises `NoDatabase`."""
    engines, behind = Engines(), []
    try:
        for context in databases.contexts:
            url = databases.database_of(context)
            async with _asked(context, url):
                at = await _standing(engines, url, context)
                if lacking(context, at, contract=False):
                    behind.append(context)
    finally:
        await engines.close()
    return behind


async def is_empty(databases: Databases, context: str) -> bool:
    """Whether nothing at all is kept in a context that is kept here, and up to date.

    Raises `NoDatabase`.
    """
    engines, url = Engines(), databases.database_of(context)

    def looked(connection: Connection) -> bool:
        beside = (f"{context}_leases", f"{context}_writers")
        tables = [table for table in tables_of(context).sorted_tables if table.name not in beside]
        return not any(connection.execute(select(table).limit(1)).first() for table in tables)

    try:
        async with _asked(context, url):
            return await _done(engines.at(url), looked)
    finally:
        await engines.close()


async def run(url: str, context: str, step: Any, *to: Any, **more: Any) -> None:
    """Take one of alembic's steps, on one context's tables, beside whatever else goes on there."""
    engines = Engines()

    def taken(connection: Connection) -> None:
        config = config_of(context)
        config.attributes["connection"] = connection
        step(config, *to, **more)

    try:
        async with engines.at(url).connect() as connection:
            await connection.run_sync(taken)
    finally:
        await engines.close()


async def draft(context: str, message: str, folder: str) -> None:
    """Write the next migration of a context: from what its migrations build to what its tables say.

    To be read and mended by whoever asked for it.
    """
    url = f"sqlite+aiosqlite:///{folder}/draft.db"
    number = f"{len(steps(context)) + 1:04}"
    await run(url, context, command.upgrade, "head")
    await run(url, context, command.revision, message, autogenerate=True, rev_id=number)


@asynccontextmanager
async def _alone(context: str, url: str, until: float) -> AsyncIterator[Run]:
    engines = Engines()
    try:
        async with _asked(context, url), only_migrator(engines.at(url), until) as connection:
            if why := await connection.run_sync(unfit_because):
                raise FailedMigration(context, f"its database {why}")
            await connection.run_sync(bound_waits)
            await connection.commit()
            yield Run(connection, until)
    finally:
        await engines.close()


async def _standing(engines: Engines, url: str, context: str) -> str | None:
    if not _is_there(url):
        return None
    return await _done(engines.at(url), lambda connection: standing(connection, context))


async def _done(engine: AsyncEngine, step: Callable[[Connection], Result]) -> Result:
    """In one transaction, tried again where another process was first."""

    async def tried() -> Result:
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(step)
        except DBAPIError as failure:
            if is_collision(failure):
                raise Conflict from failure
            raise

    return await again(tried)


@asynccontextmanager
async def _asked(context: str, url: str) -> AsyncIterator[None]:
    busy = NoDatabase(context, "is busy: another process writes there")
    try:
        yield
    except Conflict as taken:
        raise busy from taken
    except MigratedElsewhere as other:
        raise NoDatabase(context, "is being migrated by another process") from other
    except (InterfaceError, OperationalError, OSError) as away:
        if is_collision(away):
            raise busy from away
        told = str(getattr(away, "orig", away)).partition("\n")[0]
        if password := make_url(url).password:
            told = told.replace(password, "***")
        raise NoDatabase(context, f"does not answer: {told}") from away


def _is_there(url: str) -> bool:
    """To look whether a SQLite file is there must not make one."""
    parts = make_url(url)
    return parts.get_backend_name() != "sqlite" or Path(parts.database or "").exists()


if __name__ == "__main__":
    with TemporaryDirectory() as elsewhere:
        run_async(draft(argv[1], argv[2], elsewhere))
