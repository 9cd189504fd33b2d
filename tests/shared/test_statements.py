"""Who issues a statement: as the server sees it, and in the log where it was slow."""

from collections.abc import AsyncIterator
from contextlib import suppress
from io import StringIO
from typing import Any

import pytest
from sqlalchemy import Column, MetaData, Table, insert, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from infrastructure.shared.database.columns import exact_text
from infrastructure.shared.database.engines import Engines, transaction
from infrastructure.shared.database.statements import issued_by, signed
from infrastructure.shared.envelope import Envelope, carrying
from tests.engines import only
from tests.logged import lines

SLOW_SECONDS = 0.05
SECRET = "ann@shop.example"  # a person's, and nobody else's
ABOUT_A_TENTH = {
    "postgresql": "SELECT pg_sleep(0.1), :told",
    "mariadb": "SELECT sleep(0.1), :told",
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) "
    "SELECT count(*), :told FROM n",
}
ITS_OWN_TEXT = {
    "postgresql": "SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()",
    "mariadb": "SELECT info FROM information_schema.processlist WHERE id = connection_id()",
}
people = Table("people", MetaData(), Column("email", exact_text(50), primary_key=True))


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engines = Engines(slow_seconds=SLOW_SECONDS)
    yield engines.at(database_url)
    await engines.close()


async def asks(engine: AsyncEngine, statement: str, **parameters: Any) -> Any:
    async with transaction(engine, lambda connection: connection) as connection:
        return (await connection.execute(text(statement), parameters)).all()


async def test_a_slow_statement_is_logged_with_its_use_case_and_without_its_parameters(
    engine: AsyncEngine, kind: str, said: StringIO
) -> None:
    envelope = Envelope.opened(actor="staff")

    with carrying(envelope), issued_by("customers.find_customer"):
        await asks(engine, ABOUT_A_TENTH[kind], told=SECRET)

    (line,) = lines(said)
    assert (line["event"], line["level"]) == ("slow statement", "warning")
    assert line["use_case"] == "customers.find_customer"
    assert line["statement"].startswith(("SELECT /* customers.find", "WITH /* customers.find"))
    assert line["seconds"] > SLOW_SECONDS
    assert line["engine"] in {kind, "mysql"}
    assert line["trace"] == envelope.traceparent.split("-")[1]
    assert SECRET not in said.getvalue()


async def test_a_fast_one_is_not(engine: AsyncEngine, said: StringIO) -> None:
    await asks(engine, "SELECT 1")
    said.truncate(0)  # the first may have had to wait for a machine that is busy

    await asks(engine, "SELECT 1")

    assert lines(said) == []


async def test_none_is_logged_where_none_is_slow(
    database_url: str, kind: str, said: StringIO
) -> None:
    engines = Engines(slow_seconds=0)

    await asks(engines.at(database_url), ABOUT_A_TENTH[kind], told=SECRET)

    await engines.close()
    assert lines(said) == []


@only("postgresql")
async def test_one_that_took_too_long_and_was_ended_is_logged_too(
    engine: AsyncEngine, said: StringIO
) -> None:
    with suppress(OperationalError), issued_by("ordering.list_orders"):
        async with engine.begin() as connection:
            await connection.exec_driver_sql("SET LOCAL statement_timeout = 100")
            await connection.exec_driver_sql("SELECT pg_sleep(10)")

    (line,) = lines(said)
    assert (line["use_case"], line["has_failed"]) == ("ordering.list_orders", True)


@only("postgresql", "mariadb")
async def test_a_server_shows_who_issued_what_it_is_doing(engine: AsyncEngine, kind: str) -> None:
    with issued_by("payment operations"):
        ((shown,),) = await asks(engine, ITS_OWN_TEXT[kind])

    assert shown.startswith("SELECT /* payment operations */")


async def test_a_comment_ends_where_we_end_it(engine: AsyncEngine) -> None:
    with issued_by("a */ DROP TABLE people; -- %s :x ? \0 é"):
        assert await asks(engine, "SELECT 1 + :two", two=2) == [(3,)]

    assert signed("SELECT 1", "*/ x") == "SELECT /*  x */ 1"


async def test_many_rows_are_inserted_as_one_as_before(engine: AsyncEngine, kind: str) -> None:
    """asyncmy knows an insert of many rows by how it begins."""
    rows = [{"email": f"{number}@shop.example"} for number in range(20)]
    async with engine.begin() as connection:
        await connection.run_sync(people.metadata.create_all)
        with issued_by("customers.put_customers"):
            await connection.execute(insert(people), rows)
        if kind == "mariadb":
            asked = await connection.exec_driver_sql("SHOW SESSION STATUS LIKE 'Com_insert'")
            assert asked.mappings().one()["Value"] == "1"
        found = (await connection.execute(select(people))).all()

    assert len(found) == 20


@only("postgresql")
async def test_a_statement_is_prepared_once_for_a_use_case(engine: AsyncEngine) -> None:
    kept = "SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%% AS one'"

    async with engine.connect() as connection:
        for _ in range(20):
            for name in ("ordering.find_order", "ordering.list_orders"):
                with issued_by(name):
                    await connection.execute(text("SELECT CAST(:one AS int) AS one"), {"one": 1})
        prepared = (await connection.exec_driver_sql(kept)).all()

    assert len(prepared) == 2
