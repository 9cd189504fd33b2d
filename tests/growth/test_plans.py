"""No statement reads a table from end to end that grows with orders: on PostgreSQL, where plans are
told, with as many rows as make a difference, and with plans for any parameters.
"""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, text

from app.house import opened
from app.settings import Settings
from infrastructure.shared.migrations.tables import migrate
from tests.conftest import a_shop
from tests.engines import Databases, asked
from tests.growth import past
from tests.growth.filling import GROWING, fill
from tests.growth.heard import Heard, heard
from tests.growth.plans import plan_of, walks
from tests.growth.walking import walk

MANY = 20_000
"""Rows of each table that grows: then an index is quicker by far, as it is with any more."""
EXCUSED = {
    "payments_payments: Index Scan payments_payments_pkey, (minor_units IS NOT NULL)": (
        "nearly every row has it, so a page is full soon: those that were never begun are tombstones"
    ),
}
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE")


@pytest.fixture(scope="module")
async def said(
    made: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[str, list[Heard]]]:
    """All that a shop asks its database on every way through it."""
    folder = tmp_path_factory.mktemp("plans")
    url = made.make("postgresql", folder)
    settings = a_shop(folder, database_url=url, interop=True)
    await migrate(Settings(**settings))
    async with opened(Settings(**settings)) as house:
        await past.goods(house)
    with asked(url).begin() as connection:
        for table in GROWING:
            fill(connection, table, MANY)
    with asked(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    with heard() as all_said:
        await walk(folder, **settings)
    yield url, [one for one in all_said if one.statement.startswith(VERBS)]
    made.drop(url)


@pytest.fixture
async def connection(said: tuple[str, list[Heard]]) -> AsyncIterator[Connection]:
    with asked(said[0]).connect() as connection:
        connection.execute(text("SET plan_cache_mode = force_generic_plan"))
        yield connection


def found(said: list[Heard], connection: Connection) -> set[str]:
    growing = {table.name for table in GROWING}
    different = {one.statement: one for one in said}.values()
    return {
        f"{one.issuer or 'somebody'}: {walked}"
        for one in different
        for walked in walks(plan_of(connection, one))
        if walked.partition(":")[0] in growing and walked not in EXCUSED
    }


async def test_nothing_reads_a_growing_table_from_end_to_end(
    said: tuple[str, list[Heard]], connection: Connection
) -> None:
    walked = found(said[1], connection)

    assert walked == set(), "\n".join(sorted(walked))


async def test_nor_does_a_page_of_payments_while_little_is_known_of_their_operations(
    said: tuple[str, list[Heard]], connection: Connection
) -> None:
    """As after many were written at once: this page was ten times as slow then."""
    this = text("DELETE FROM pg_statistic WHERE starelid = 'payments_operations'::regclass")
    connection.execute(this)

    walked = found(said[1], connection)

    assert walked == set(), "\n".join(sorted(walked))
