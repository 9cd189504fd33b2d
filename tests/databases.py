"""Databases for tests: fresh, with the tables of every context."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from app.settings import CONTEXTS
from infrastructure.shared.database.engines import Engines


@asynccontextmanager
async def a_database(url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on this database, with all tables made."""
    engines = Engines()
    engine = engines.at(url)
    async with engine.begin() as connection:
        for context in CONTEXTS:
            tables = import_module(f"infrastructure.{context}.tables")
            await connection.run_sync(tables.metadata.create_all)
    yield engine
    await engines.close()


def all_tables() -> list[Table]:
    """Of every context, each after those that it needs."""
    every = [import_module(f"infrastructure.{context}.tables").metadata for context in CONTEXTS]
    return [table for metadata in every for table in metadata.sorted_tables]
