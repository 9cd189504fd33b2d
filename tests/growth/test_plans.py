"""No statement reads a table from end to end that grows with orders: on PostgreSQL, where plans are
told, with as many rows as make a difference, and with plans for any parameters.
"""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, text

from app.house import opened
from app.settings import Settings
from infrastructure.shared.migrations import migrate
from tests.conftest import a_shop
from tests.engines import Databases, asked
from tests.growth import past
from tests.growth.filling import GROWING, fill
from tests.growth.heard import Heard, heard
from tests.growth.plans import plan_of, walks
from tests.growth.walking import walk

MANY = 20_000
"""Rows of each table that grows: then an index is quicker by far, as it is with any more."""
EXCUSED = ("(minor_units IS NOT NULL)",)
"""What nearly every row has keeps nobody looking: payments that were never begun are tombstones."""
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


async def test_nothing_reads_a_growing_table_from_end_to_end(
    said: tuple[str, list[Heard]], connection: Connection
) -> None:
    growing = {table.name for table in GROWING}
    different = {one.statement: one for one in said[1]}.values()

    found = {
        f"{one.issuer or 'somebody'}: {walked}"
        for one in different
        for walked in walks(plan_of(connection, one))
        if walked.partition(":")[0] in growing and not walked.endswith(EXCUSED)
    }

    assert found == set(), "\n".join(sorted(found))
