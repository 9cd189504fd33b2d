"""How the tables of a database grow: one line of migrations, and one version table, a context."""

from asyncio import run as run_async
from importlib import import_module
from pathlib import Path
from sys import argv
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, make_url, select
from sqlalchemy.ext.asyncio import AsyncEngine

from infrastructure.shared.database import Engines

FOLDER = Path(__file__).parents[3] / "migrations"


class Databases(Protocol):
    """Which contexts are kept here, and where."""

    @property
    def contexts(self) -> tuple[str, ...]: ...

    def database_of(self, context: str) -> str: ...


async def migrate(databases: Databases) -> list[str]:
    """Bring the tables of every context that is kept here up to date; which were not.

    Each context's step is one transaction where the engine can take DDL back (MySQL cannot).
    Doing it again changes nothing.
    """
    behind = await pending(databases)
    for context in behind:
        await run(databases.database_of(context), context, command.upgrade, "head")
    return behind


async def pending(databases: Databases) -> list[str]:
    """The contexts kept here whose tables are not as this code needs them."""
    engines = Engines()
    try:
        return [
            context
            for context in databases.contexts
            if await _standing(engines, databases.database_of(context), context) != heads(context)
        ]
    finally:
        await engines.close()


async def is_empty(databases: Databases, context: str) -> bool:
    """Whether nothing at all is kept in a context that is kept here, and up to date."""
    engines = Engines()
    try:
        async with engines.at(databases.database_of(context)).connect() as connection:
            for table in tables_of(context).sorted_tables:
                if (await connection.execute(select(table).limit(1))).first():
                    return False
        return True
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
        async with engines.at(url).begin() as connection:
            await connection.run_sync(taken)
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


def _config(context: str) -> Config:
    return Config(FOLDER / "alembic.ini", ini_section=context)


async def _standing(engines: Engines, url: str, context: str) -> tuple[str, ...]:
    if not _is_there(url):
        return ()
    engine: AsyncEngine = engines.at(url)
    async with engine.connect() as connection:
        return await connection.run_sync(_heads_in, version_table(context))


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
