"""How the tables of a database grow: one line of migrations, and one version table, a context."""

from asyncio import run as run_async
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from sys import argv
from tempfile import TemporaryDirectory
from typing import Any, Protocol, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, make_url, select
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog import get_logger

from domain.shared.model import Conflict
from infrastructure.shared.database import Engines, is_collision, transaction
from infrastructure.shared.wire import again

Result = TypeVar("Result")
FOLDER = Path(__file__).parents[3] / "migrations"
log = get_logger(__name__)


class NoDatabase(Exception):
    """The database of a context cannot be asked; says why, and tells no password."""

    def __init__(self, context: str, why: str) -> None:
        super().__init__(f"the database of {context} {why}")
        self.context = context


class FailedMigration(Exception):
    """A database answered, and would not take a step of a context; says why."""

    def __init__(self, context: str, failure: DBAPIError) -> None:
        super().__init__(f"{context} could not be brought up to date: {_first_line(failure)}")


class Databases(Protocol):
    """Which contexts are kept here, and where."""

    @property
    def contexts(self) -> tuple[str, ...]: ...

    def database_of(self, context: str) -> str: ...


async def migrate(databases: Databases) -> list[str]:
    """Bring the tables of every context that is kept here up to date; which were not.

    Each context's step is one transaction where the engine can take DDL back (MySQL cannot).
    Doing it again changes nothing. Raises `NoDatabase` or `FailedMigration`.
    """
    behind = await pending(databases)
    for context in behind:
        url = databases.database_of(context)
        async with _asked(context, url):
            await run(url, context, _upgraded, context)
    return behind


async def pending(databases: Databases) -> list[str]:
    """The contexts kept here whose tables are not as this code needs them. Raises `NoDatabase`."""
    engines, behind = Engines(), []
    try:
        for context in databases.contexts:
            url = databases.database_of(context)
            async with _asked(context, url):
                if await _standing(engines, url, context) != heads(context):
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
        tables = [t for t in tables_of(context).sorted_tables if t.name != f"{context}_leases"]
        return not any(connection.execute(select(table).limit(1)).first() for table in tables)

    try:
        async with _asked(context, url):
            return await _done(engines.at(url), looked)
    finally:
        await engines.close()


async def run(url: str, context: str, step: Any, *to: Any, **more: Any) -> None:
    """Take one of alembic's steps, on one context's tables, in one transaction."""
    engines = Engines()

    def taken(connection: Connection) -> None:
        config = _config(context)
        config.attributes["connection"] = connection
        step(config, *to, **more)

    try:
        await _done(engines.at(url), taken)
    finally:
        await engines.close()


async def draft(context: str, message: str, folder: str) -> None:
    """Write the next migration of a context: from what its migrations build to what its tables say.

    To be read and mended by whoever asked for it.
    """
    url = f"sqlite+aiosqlite:///{folder}/draft.db"
    number = f"{len(list((FOLDER / context).glob('[0-9]*.py'))) + 1:04}"
    await run(url, context, command.upgrade, "head")
    await run(url, context, command.revision, message, autogenerate=True, rev_id=number)


def heads(context: str) -> tuple[str, ...]:
    return tuple(ScriptDirectory.from_config(_config(context)).get_heads())


def tables_of(context: str) -> MetaData:
    metadata: MetaData = import_module(f"infrastructure.{context}.tables").metadata
    return metadata


def version_table(context: str) -> str:
    return f"{context}_alembic_version"


def _upgraded(config: Config, context: str) -> None:
    try:
        command.upgrade(config, "head")
    except DBAPIError as failure:
        if is_collision(failure) or failure.connection_invalidated:
            raise
        log.exception("migration failed", context=context)
        raise FailedMigration(context, failure) from failure


def _config(context: str) -> Config:
    return Config(FOLDER / "alembic.ini", ini_section=context)


async def _standing(engines: Engines, url: str, context: str) -> tuple[str, ...]:
    if not _is_there(url):
        return ()
    return await _done(engines.at(url), lambda one: _heads_in(one, version_table(context)))


async def _done(engine: AsyncEngine, step: Callable[[Connection], Result]) -> Result:
    """In one transaction, tried again where another process was first."""

    async def tried() -> Result:
        async with transaction(engine, lambda connection: connection) as connection:
            return await connection.run_sync(step)

    return await again(tried)


@asynccontextmanager
async def _asked(context: str, url: str) -> AsyncIterator[None]:
    try:
        yield
    except Conflict as busy:
        raise NoDatabase(context, "is busy: another process writes there") from busy
    except (InterfaceError, OperationalError, OSError) as away:
        told = _first_line(away)
        if password := make_url(url).password:
            told = told.replace(password, "***")
        raise NoDatabase(context, f"does not answer: {told}") from away


def _first_line(failure: Exception) -> str:
    return str(getattr(failure, "orig", failure)).partition("\n")[0]


def _heads_in(connection: Connection, table: str) -> tuple[str, ...]:
    opts = {"version_table": table}
    return tuple(MigrationContext.configure(connection, opts=opts).get_current_heads())


def _is_there(url: str) -> bool:
    """To look whether a SQLite file is there must not make one."""
    parts = make_url(url)
    return parts.get_backend_name() != "sqlite" or Path(parts.database or "").exists()


if __name__ == "__main__":
    with TemporaryDirectory() as elsewhere:
        run_async(draft(argv[1], argv[2], elsewhere))
