"""A line to a database server: what bounds it has, and what is told when it breaks or there is none."""

from asyncio import timeout
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from os import dup
from socket import (
    IPPROTO_TCP,
    SO_KEEPALIVE,
    SOL_SOCKET,
    TCP_KEEPCNT,
    TCP_KEEPIDLE,
    TCP_KEEPINTVL,
    socket,
)
from typing import Any

import psycopg
import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.shared.model import Conflict
from infrastructure.shared.database.engines import Engines, transaction
from infrastructure.shared.database.servers import (
    KEEPALIVES,
    LINES,
    MORE_LINES,
    SECONDS_FOR_A_LOCK,
    SECONDS_FOR_A_STATEMENT,
    SECONDS_TO_IDLE,
)
from tests.engines import asked, only
from tests.processes import a_free_port
from tests.shared.shelf import CUP, SERVERS, TEA, a_shelf, itself, shelf, take, units

LINE = {
    "postgresql": (
        "SELECT pg_backend_pid()",
        "SELECT pg_terminate_backend({})",
        "SELECT count(*) FROM pg_stat_activity WHERE pid = :number",
    ),
    "mariadb": (
        "SELECT connection_id()",
        "KILL {}",
        "SELECT count(*) FROM information_schema.processlist WHERE id = :number",
    ),
}
BOUNDS: dict[str, dict[str, object]] = {
    "postgresql": {
        "SHOW statement_timeout": f"{SECONDS_FOR_A_STATEMENT}s",
        "SHOW lock_timeout": f"{SECONDS_FOR_A_LOCK}s",
        "SHOW idle_in_transaction_session_timeout": f"{SECONDS_TO_IDLE}s",
        "SHOW plan_cache_mode": "force_generic_plan",
        "SHOW transaction_isolation": "read committed",
    },
    "mariadb": {
        "SELECT @@max_statement_time": SECONDS_FOR_A_STATEMENT,
        "SELECT @@innodb_lock_wait_timeout": SECONDS_FOR_A_LOCK,
        "SELECT @@idle_transaction_timeout": SECONDS_TO_IDLE,
        "SELECT @@tx_isolation": "READ-COMMITTED",
    },
}
HOW_A_SILENT_ONE_IS_ASKED = (TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT)
TOO_LONG = {
    "postgresql": ["SET LOCAL statement_timeout = 50", "SELECT pg_sleep(30)"],
    "mariadb": ["SET STATEMENT max_statement_time = 0.05 FOR SELECT SLEEP(30)"],
}


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    async with a_shelf(database_url) as engine:
        yield engine


@only(*SERVERS)
async def test_every_line_has_its_bounds(engine: AsyncEngine, kind: str) -> None:
    async with transaction(engine, itself) as connection:
        told = {one: (await connection.execute(text(one))).scalar_one() for one in BOUNDS[kind]}

    assert told == BOUNDS[kind]


@only(*SERVERS)
async def test_a_line_to_a_host_that_is_gone_is_given_up_within_seconds(
    engine: AsyncEngine,
) -> None:
    async with engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        line = socket(fileno=dup(file_of(driver)))

    with line:
        asked = [line.getsockopt(IPPROTO_TCP, option) for option in HOW_A_SILENT_ONE_IS_ASKED]
        assert line.getsockopt(SOL_SOCKET, SO_KEEPALIVE)
    assert asked == [*KEEPALIVES.values()]


def file_of(driver: Any) -> int:
    """Of the socket that a driver keeps to itself."""
    if isinstance(driver, psycopg.AsyncConnection):
        return driver.fileno()
    number: int = driver._transport.get_extra_info("socket").fileno()
    return number


@only(*SERVERS)
async def test_a_statement_without_end_is_ended(engine: AsyncEngine, kind: str) -> None:
    async with timeout(20):
        with pytest.raises(Conflict):
            await say(engine, TOO_LONG[kind])


async def say(engine: AsyncEngine, statements: list[str]) -> None:
    async with transaction(engine, itself) as connection:
        for statement in statements:
            await connection.execute(text(statement))


@only(*SERVERS)
async def test_a_line_that_breaks_before_the_commit_is_told_to_try_again(
    engine: AsyncEngine, kind: str, database_url: str
) -> None:
    with pytest.raises(Conflict):
        await interrupted(engine, kind, database_url, has_more_to_say=True)

    assert await units(engine) == [5, 5]


@only(*SERVERS)
async def test_nobody_claims_to_know_how_a_commit_went_whose_line_broke(
    engine: AsyncEngine, kind: str, database_url: str
) -> None:
    with pytest.raises(DBAPIError):
        await interrupted(engine, kind, database_url, has_more_to_say=False)

    assert await units(engine) == [5, 5]


async def interrupted(
    engine: AsyncEngine, kind: str, database_url: str, *, has_more_to_say: bool
) -> None:
    async with transaction(engine, itself) as connection:
        await connection.execute(update(shelf).where(TEA).values(units=1))
        await broken(connection, kind, database_url)
        if has_more_to_say:
            await connection.execute(update(shelf).where(CUP).values(units=1))


async def broken(connection: AsyncConnection, kind: str, database_url: str) -> None:
    """End the line at the server, as a crash or an operator would, and wait until it has gone."""
    which, end, left = LINE[kind]
    number = (await connection.execute(text(which))).scalar_one()
    with asked(database_url).connect() as line:  # PostgreSQL looks once in a transaction
        other = line.execution_options(isolation_level="AUTOCOMMIT")
        other.execute(text(end.format(number)))
        while other.execute(text(left), {"number": number}).scalar_one():
            pass


@only(*SERVERS)
async def test_who_finds_no_line_free_is_told_to_try_again(engine: AsyncEngine) -> None:
    async with timeout(60), AsyncExitStack() as stack:
        for _ in range(LINES + MORE_LINES):
            await stack.enter_async_context(engine.connect())

        with pytest.raises(Conflict):
            await take(engine, "tea")

    await take(engine, "tea")


@pytest.mark.parametrize("kind", SERVERS)
async def test_a_server_that_is_away_is_told_to_try_again(kind: str) -> None:
    engines = Engines()
    driver = {"postgresql": "postgresql+psycopg", "mariadb": "mariadb+asyncmy"}[kind]
    engine = engines.at(f"{driver}://somebody@127.0.0.1:{a_free_port()}/nothing")

    with pytest.raises(Conflict):
        await take(engine, "tea")

    await engines.close()
