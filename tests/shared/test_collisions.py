"""Two that want the same at the same time: one waits or is told to try again, and nothing is lost."""

from asyncio import Event, gather, timeout
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.shared.model import Conflict
from infrastructure.shared.database.collisions import again
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.database.inserts import insert_new
from tests.engines import asked, only
from tests.shared.shelf import SERVERS, TEA, a_shelf, itself, shelf, take, units


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    async with a_shelf(database_url) as engine:
        yield engine


async def test_no_update_is_lost(engine: AsyncEngine) -> None:
    """Read, decide, and write on the condition that what was read is still so."""

    async def take_one() -> None:
        async with transaction(engine, itself) as connection:
            row = (await connection.execute(select(shelf).where(TEA))).one()
            unchanged = TEA & (shelf.c.version == row.version)
            less = {"units": row.units - 1, "version": row.version + 1}
            if (
                await connection.execute(update(shelf).where(unchanged).values(less))
            ).rowcount == 0:
                raise Conflict("tea")

    async def insist() -> None:
        while True:
            try:
                return await again(take_one)
            except Conflict:
                continue

    async with timeout(60):
        await gather(*(insist() for _ in range(5)))

    assert await units(engine) == [0, 5]


async def test_two_that_are_right_alone_are_not_wrong_together(engine: AsyncEngine) -> None:
    """Write skew: a rule over two rows is kept by whoever writes on a condition over one of them."""
    first, second = Event(), Event()

    async def take_all_of(sku: str, own: Event, other: Event) -> None:
        """Unless it leaves the shelf empty. The rule is kept by the version of one row of both."""
        async with transaction(engine, itself) as connection:
            version = (await connection.execute(select(shelf.c.version).where(TEA))).scalar_one()
            total = select(func.sum(shelf.c.units))
            left = int((await connection.execute(total)).scalar_one())
            own.set()
            if engine.dialect.name != "sqlite":  # which has one writer: there is nobody to wait for
                await other.wait()
            if left <= 5:
                return
            guard = TEA & (shelf.c.version == version)
            bumped = update(shelf).where(guard).values(version=version + 1)
            if (await connection.execute(bumped)).rowcount == 0:
                raise Conflict("tea")
            await connection.execute(update(shelf).where(shelf.c.sku == sku).values(units=0))

    async with timeout(60):
        await gather(
            again(take_all_of, "tea", first, second), again(take_all_of, "cup", second, first)
        )

    assert sorted(await units(engine)) == [0, 5]


@only(*SERVERS)
async def test_of_two_that_wait_for_each_other_one_is_told_to_try_again(
    engine: AsyncEngine,
) -> None:
    has_tea, has_cup = Event(), Event()

    async def cross(first: str, own: Event, then: str, other: Event) -> None:
        async with transaction(engine, itself) as connection:
            for sku in (first, then):
                one = shelf.c.sku == sku
                await connection.execute(update(shelf).where(one).values(units=shelf.c.units - 1))
                own.set()
                await other.wait()

    async with timeout(60):
        outcomes = await gather(
            cross("tea", has_tea, "cup", has_cup),
            cross("cup", has_cup, "tea", has_tea),
            return_exceptions=True,
        )

    assert [type(one) for one in outcomes if one] == [Conflict]
    assert await units(engine) == [4, 4]


@only(*SERVERS)
async def test_who_waits_too_long_for_a_lock_is_told_to_try_again(engine: AsyncEngine) -> None:
    async with timeout(60), engine.begin() as other:
        await other.execute(update(shelf).where(TEA).values(units=1))

        with pytest.raises(Conflict):
            await take(engine, "tea")

    await take(engine, "tea")
    assert await units(engine) == [0, 5]


@only("sqlite")
async def test_who_finds_the_file_locked_is_told_to_try_again(
    engine: AsyncEngine, database_url: str
) -> None:
    with asked(database_url).connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")

        with pytest.raises(Conflict):
            await take(engine, "tea")

        other.rollback()

    await take(engine, "tea")
    assert await units(engine) == [4, 5]


@only(*SERVERS)
async def test_who_cannot_be_put_in_a_row_is_told_to_try_again(engine: AsyncEngine) -> None:
    """We ask for READ COMMITTED, which does without; an operator may ask for more."""
    strict = engine.execution_options(isolation_level="SERIALIZABLE")
    first, second = Event(), Event()

    async def read_then_write(left: int, own: Event, other: Event) -> None:
        async with transaction(strict, itself) as connection:
            await connection.execute(select(shelf))
            own.set()
            await other.wait()
            await connection.execute(update(shelf).where(TEA).values(units=left))

    async with timeout(60):
        outcomes = await gather(
            read_then_write(1, first, second),
            read_then_write(9, second, first),
            return_exceptions=True,
        )

    assert [type(one) for one in outcomes if one] == [Conflict]
    assert (await units(engine))[0] in (1, 9)


async def test_what_is_there_already_is_not_inserted_and_nothing_else_is_hidden(
    engine: AsyncEngine,
) -> None:
    async with transaction(engine, itself) as connection:
        again_tea = await insert_new(connection, shelf, {"sku": "tea", "units": 9, "version": 1})
        pot = await insert_new(connection, shelf, {"sku": "pot", "units": 3, "version": 1})
    with pytest.raises(DBAPIError):
        await put(engine, sku="mug", units=None, version=1)

    assert (again_tea, pot) == (False, True)
    assert await units(engine) == [5, 3, 5]


async def put(engine: AsyncEngine, **row: object) -> None:
    async with transaction(engine, itself) as connection:
        await insert_new(connection, shelf, row)
