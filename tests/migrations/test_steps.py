"""Every step on every engine, up and down; what they build is what the code takes for granted."""

import pytest
from alembic import command
from sqlalchemy import String, inspect

from app.settings import CONTEXTS
from infrastructure.shared.migrations.line import steps, version_table
from infrastructure.shared.migrations.tables import migrate, run
from tests.engines import asked
from tests.migrations.kept import Kept

EXACT = {"sqlite": None, "postgresql": "C", "mariadb": "utf8mb4_nopad_bin"}


async def test_every_step_leads_up_and_down_and_nothing_is_left_of_any(database_url: str) -> None:
    for context in CONTEXTS:
        below = "base"
        for step in steps(context):
            await run(database_url, context, command.upgrade, step.revision)
            await run(database_url, context, command.downgrade, below)
            await run(database_url, context, command.upgrade, step.revision)
            below = step.revision
        await run(database_url, context, command.check)

    for context in CONTEXTS:
        await run(database_url, context, command.downgrade, "base")

    with asked(database_url).connect() as connection:
        left = inspect(connection).get_table_names()
    assert sorted(left) == sorted(map(version_table, CONTEXTS))


async def test_text_that_names_something_is_exact_in_every_table(
    kind: str, database_url: str
) -> None:
    await migrate(Kept(database_url))

    with asked(database_url).connect() as connection:
        looked = inspect(connection)
        loose = [
            f"{table}.{column['name']}"
            for table in looked.get_table_names()
            if not table.endswith("_alembic_version")
            for column in looked.get_columns(table)
            if isinstance(column["type"], String)
            and column["type"].length
            and column["type"].collation != EXACT[kind]
        ]
    assert loose == []


@pytest.mark.parametrize("context", CONTEXTS)
def test_steps_are_numbered_one_after_the_other(context: str) -> None:
    numbers = [step.revision for step in steps(context)]

    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
