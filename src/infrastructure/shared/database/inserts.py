"""Inserting what may be there already."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Insert, Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from infrastructure.shared.database.servers import code_of

TAKEN = 1062
"""What MySQL says where a row of that key is there."""


async def insert_new(connection: AsyncConnection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row unless there is one of its key, and say whether that was so.

    Who inserts the same at the same time is waited for, and the transaction goes on either way.
    """
    new = _unless_there(connection.dialect.name, table)
    keep = {"preserve_rowcount": True}  # or psycopg says -1 of an insert
    try:
        return (await connection.execute(new, dict(row), execution_options=keep)).rowcount > 0
    except IntegrityError as failure:
        if code_of(failure) != TAKEN:
            raise
        return False


@cache
def _unless_there(dialect: str, table: Table) -> Insert:
    """On MySQL an error is the way: INSERT IGNORE would also cut short what is too long, and what
    ON DUPLICATE KEY says of its rows is the same for a new and for an old one."""
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    if dialect == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return insert(table)
