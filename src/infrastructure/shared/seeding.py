"""Fills the tables of a context with what it would know of orders that are long finished."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Column, Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infrastructure.shared.database.collisions import again
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.sales import Sale

Write = Callable[[AsyncConnection, Sequence[Sale]], Awaitable[None]]
"""Write all that a context keeps of these sales, but for those of which it knows already."""
Thing = TypeVar("Thing")


class Seed:
    """One context's part, on its own database: each call is one transaction."""

    def __init__(self, engine: AsyncEngine, write: Write) -> None:
        self._engine, self._write = engine, write

    async def __call__(self, sales: Sequence[Sale]) -> None:
        """Add what is missing of these sales, which are the oldest first."""
        await again(self._add, sales)

    async def _add(self, sales: Sequence[Sale]) -> None:
        async with transaction(self._engine, lambda connection: connection) as connection:
            await self._write(connection, sales)


async def missing(
    connection: AsyncConnection, key: Column[Any], named: Mapping[Any, Thing]
) -> list[Thing]:
    """Those of these whose names are no key of a table's; names of one call lie close together."""
    names = sorted(named)
    known = select(key).where(key.between(names[0], names[-1]))
    there: Collection[object] = set((await connection.scalars(known)).all())
    return [thing for name, thing in named.items() if name not in there]


async def pour(connection: AsyncConnection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Insert many rows in the quickest way that the engine has."""
    rows = list(rows)
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        await connection.execute(insert(table), rows)
        return
    names = list(rows[0])
    columns = ", ".join(f'"{name}"' for name in names)
    raw: Any = (await connection.get_raw_connection()).driver_connection
    async with (
        raw.cursor() as cursor,
        cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            await copy.write_row([row[name] for name in names])
