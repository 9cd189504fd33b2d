"""SQLite's thread is visited once for each statement, and transactions are what they were."""

import sqlite3
from asyncio import CancelledError, create_task, to_thread
from collections.abc import AsyncIterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infrastructure.shared.database.engines import Engines, transaction
from infrastructure.shared.database.sqlite_hops import ClosedConnection

metadata = MetaData()
numbers = Table("test_numbers", metadata, Column("number", Integer, primary_key=True))


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    engines = Engines()
    engine = engines.at(f"sqlite+aiosqlite:///{tmp_path}/numbers.db")
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        await connection.execute(insert(numbers), [{"number": 1}, {"number": 2}])
    yield engine
    await engines.close()


def itself(connection: AsyncConnection) -> AsyncConnection:
    return connection


async def there(engine: AsyncEngine) -> list[int]:
    async with transaction(engine, itself) as connection:
        return list((await connection.execute(select(numbers).order_by("number"))).scalars())


async def test_a_transaction_takes_a_hop_for_each_statement_and_one_to_end(
    engine: AsyncEngine,
) -> None:
    async with engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        hop, hops = driver._execute, []

        def counted(function: Any, *arguments: Any) -> Any:
            hops.append(function)
            return hop(function, *arguments)

        driver._execute = counted

    async with transaction(engine, itself) as transacted:
        await transacted.execute(insert(numbers).values(number=3))
        await transacted.execute(select(numbers))

    assert len(hops) == 3
    del driver._execute


async def test_how_many_rows_were_changed_is_told(engine: AsyncEngine) -> None:
    async with transaction(engine, itself) as connection:
        none = update(numbers).where(numbers.c.number == 9).values(number=10)
        both = update(numbers).values(number=numbers.c.number + 10)

        assert (await connection.execute(none)).rowcount == 0
        assert (await connection.execute(both)).rowcount == 2


async def test_a_statement_that_fails_takes_the_whole_transaction_with_it(
    engine: AsyncEngine,
) -> None:
    async def fail() -> None:
        async with transaction(engine, itself) as connection:
            await connection.execute(insert(numbers).values(number=3))
            await connection.execute(insert(numbers), [{"number": 4}, {"number": 1}])

    with pytest.raises(IntegrityError):
        await fail()

    assert await there(engine) == [1, 2]


async def test_a_transaction_that_fails_at_its_first_statement_is_over(
    engine: AsyncEngine,
) -> None:
    async def fail() -> None:
        async with transaction(engine, itself) as connection:
            await connection.execute(insert(numbers).values(number=1))

    with pytest.raises(IntegrityError):
        await fail()

    assert await there(engine) == [1, 2]


async def test_a_transaction_that_says_nothing_ends_well(engine: AsyncEngine) -> None:
    async with transaction(engine, itself):
        pass

    assert await there(engine) == [1, 2]


async def test_what_is_opened_when_nobody_waits_any_longer_is_closed(tmp_path: Path) -> None:
    """A connection, or else a later collection of garbage complains of it."""
    begun, gate, opened = Event(), Event(), []

    def slow() -> sqlite3.Connection:
        begun.set()
        assert gate.wait(10)
        opened.append(sqlite3.connect(tmp_path / "slow.db", check_same_thread=False))
        return opened[0]

    connection = ClosedConnection(slow)
    waiting = create_task(_made(connection))
    assert await to_thread(begun.wait, 10)

    waiting.cancel()
    with pytest.raises(CancelledError):
        await waiting
    gate.set()
    await to_thread(connection._thread.join, 10)

    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("SELECT 1")


async def _made(connection: ClosedConnection) -> None:
    await connection
