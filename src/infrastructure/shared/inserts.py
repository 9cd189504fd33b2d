"""Inserting what may be there already."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Insert, Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


async def insert_new(connection: AsyncConnection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row unless there is one of its key, and say whether that was so.

    An error would do too, but on PostgreSQL the transaction would not survive it. Who inserts the
    same at the same time is waited for.
    """
    new = _unless_there(connection.dialect.name, table)
    keep = {"preserve_rowcount": True}  # or psycopg says -1 of an insert
    return (await connection.execute(new, dict(row), execution_options=keep)).rowcount > 0


@cache
def _unless_there(dialect: str, table: Table) -> Insert:
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    if dialect == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return insert(table).prefix_with("IGNORE")  # MySQL, MariaDB
