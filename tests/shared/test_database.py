"""What a transaction leaves behind, however it ends."""

from asyncio import CancelledError, create_task, gather, sleep
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infrastructure.shared.database.engines import Engines, note_work, transaction

metadata = MetaData()
pairs = Table("test_pairs", metadata, Column("number", Integer, primary_key=True))


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    engines = Engines()
    engine = engines.at(f"sqlite+aiosqlite:///{tmp_path}/pairs.db")
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield engine
    await engines.close()


def itself(connection: AsyncConnection) -> AsyncConnection:
    return connection


async def write_a_pair(engine: AsyncEngine, number: int) -> None:
    async with transaction(engine, itself) as connection:
        await connection.execute(insert(pairs).values(number=2 * number))
        await connection.execute(insert(pairs).values(number=2 * number + 1))


async def test_whoever_is_cancelled_leaves_all_or_nothing_and_nobody_in_the_way(
    engine: AsyncEngine,
) -> None:
    random = Random(7)  # noqa: S311  # a seed, no secret
    for number in range(60):
        async with engine.connect():
            pass  # there is a connection: what is cut off is a statement, not the driver's opening
        writing = create_task(write_a_pair(engine, number))
        for _ in range(random.randint(0, 25)):
            await sleep(0)
        await sleep(random.choice([0, 0.0002, 0.001]))
        writing.cancel()
        (outcome,) = await gather(writing, return_exceptions=True)
        assert outcome is None or isinstance(outcome, CancelledError)

    await write_a_pair(engine, 1000)

    async with transaction(engine, itself) as connection:
        numbers = set((await connection.execute(select(pairs.c.number))).scalars())
    assert {2000, 2001} <= numbers
    assert all(number ^ 1 in numbers for number in numbers)


@pytest.mark.parametrize("failure", [TimeoutError, FileNotFoundError])
async def test_what_the_caller_fails_at_is_no_lost_server(
    engine: AsyncEngine, failure: type[OSError]
) -> None:
    with pytest.raises(failure):
        async with transaction(engine, itself):
            raise failure

    await write_a_pair(engine, 1)


async def test_writers_wait_for_one_another_in_turn(engine: AsyncEngine) -> None:
    await gather(*(write_a_pair(engine, number) for number in range(50)))

    async with transaction(engine, itself) as connection:
        count = (await connection.execute(select(func.count()).select_from(pairs))).scalar_one()
    assert count == 100


@pytest.mark.parametrize(("leaves_work", "rings"), [(True, 1), (False, 0)])
async def test_the_bell_rings_for_work_that_is_committed(
    engine: AsyncEngine, *, leaves_work: bool, rings: int
) -> None:
    rung: list[int] = []

    async with transaction(engine, itself, partial(rung.append, 1)) as connection:
        await connection.execute(insert(pairs).values(number=1))
        if leaves_work:
            note_work()
        assert rung == []

    assert len(rung) == rings


async def test_the_bell_does_not_ring_for_what_was_rolled_back(engine: AsyncEngine) -> None:
    rung: list[int] = []

    async def fail() -> None:
        async with transaction(engine, itself, partial(rung.append, 1)):
            note_work()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    assert rung == []


async def test_what_is_committed_survives_a_power_cut(engine: AsyncEngine) -> None:
    """As far as the database is told to see to it: 2 is FULL."""
    async with engine.connect() as connection:
        mode = (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar_one()
        synchronous = (await connection.exec_driver_sql("PRAGMA synchronous")).scalar_one()

    assert (mode, synchronous) == ("wal", 2)


async def test_an_error_does_not_tell_what_was_in_the_row(engine: AsyncEngine) -> None:
    await write_a_pair(engine, 4711)

    with pytest.raises(IntegrityError) as refused:
        await write_a_pair(engine, 4711)

    assert "9422" not in str(refused.value)
