"""What is said of an error, wherever it is said: never what was in a row."""

from collections.abc import AsyncIterator
from io import StringIO
from traceback import format_exception

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog import get_logger

from infrastructure.shared.database.columns import exact_text
from infrastructure.shared.database.driver_errors import without_quoted, without_values
from infrastructure.shared.database.engines import Engines

EMAIL = "ann.o'hara@shop.example"
people = Table(
    "people",
    MetaData(),
    Column("number", Integer, primary_key=True),
    Column("email", exact_text(50), unique=True),
)


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engines = Engines()
    engine = engines.at(database_url)
    async with engine.begin() as connection:
        await connection.run_sync(people.metadata.create_all)
        await connection.execute(insert(people), {"number": 1, "email": EMAIL})
    yield engine
    await engines.close()


async def test_a_duplicate_is_not_named(engine: AsyncEngine, said: StringIO) -> None:
    with pytest.raises(IntegrityError) as refused:
        async with engine.begin() as connection:
            await connection.execute(insert(people), {"number": 2, "email": EMAIL})

    get_logger("shop").error("broken", exc_info=refused.value, error=repr(refused.value))
    assert "email" in str(refused.value)  # which column or key it was is told
    for told in (said.getvalue(), "".join(format_exception(refused.value))):
        assert "IntegrityError" in told
        assert "ann" not in told
        assert "hara" not in told


async def test_what_could_not_be_converted_is_not_quoted(
    engine: AsyncEngine, kind: str, said: StringIO
) -> None:
    """SQLite takes anything for anything. MariaDB warns, and its driver would log that."""
    number = people.c.number == text(f"CAST(:email AS {'signed' if kind == 'mariadb' else 'int'})")
    try:
        async with engine.begin() as connection:
            await connection.execute(select(people).where(number), {"email": EMAIL})
    except DBAPIError as refused:
        get_logger("shop").error("broken", exc_info=refused)

    assert "hara" not in said.getvalue()


async def test_what_is_wrong_with_a_statement_is_told(engine: AsyncEngine) -> None:
    with pytest.raises(DBAPIError, match="strangers"):
        async with engine.begin() as connection:
            await connection.execute(text("SELECT * FROM strangers"))


def test_a_value_may_look_like_anything() -> None:
    duplicate = "Duplicate entry 'a' for key 'x' and 'b' for key 'people.email'"

    assert without_quoted(1062, duplicate) == "Duplicate entry '...' for key 'people.email'"
    assert (
        without_quoted(1292, "Truncated INTEGER value: 'a'b'") == "Truncated INTEGER value: '...'"
    )
    assert without_values('value "a\n"b" is out of range', "22003") == "value"
    assert without_values("violates x\nDETAIL:  Key (email)=(a)", "23505") == "violates x"


def test_who_and_where_is_told() -> None:
    """Whoever mistyped a URL finds the mistake by it."""
    nobody = "Can't connect to MySQL server on '127.0.0.1'"
    refused = "Access denied for user 'shop'@'localhost'"

    assert without_quoted(2003, nobody) == nobody
    assert without_quoted(1698, refused) == refused
