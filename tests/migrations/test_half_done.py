"""A migration that is killed, wherever that is, is gone on with by the next one."""

import sys
from itertools import count
from pathlib import Path
from signal import SIGKILL
from subprocess import run as run_process

import pytest
from alembic import command
from sqlalchemy import text

from infrastructure.shared.migrations.run import FailedMigration
from infrastructure.shared.migrations.tables import migrate, pending, run
from tests.engines import Databases, asked, only
from tests.migrations.kept import Kept
from tests.processes import ROOT, environment


def killed_after(number: int, kept: Kept) -> bool:
    """Whether it was, before it came to its end."""
    command = [sys.executable, "-m", "tests.migrations.killed", kept.url, *kept.contexts]
    done = run_process(  # noqa: S603  # our own program
        [*command, str(number)], env=environment(), cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode in (0, -SIGKILL), done.stderr.decode()
    return done.returncode != 0


async def is_gone_on_with(kept: Kept) -> None:
    await migrate(kept, contract=True)
    for context in kept.contexts:
        await run(kept.url, context, command.check)
    assert await pending(kept) == []


async def test_what_was_killed_in_the_middle_is_gone_on_with(database_url: str) -> None:
    kept = Kept(database_url, ("payments",))
    assert killed_after(7, kept)

    await is_gone_on_with(kept)


STRIDE = {"sqlite": 29, "postgresql": 29, "mariadb": 7}
"""After every which statement: the first two take a step back as a whole, MariaDB keeps its half."""


@pytest.mark.thorough
async def test_it_may_be_killed_anywhere(kind: str, made: Databases, tmp_path: Path) -> None:
    for number in count(1, STRIDE[kind]):
        folder = tmp_path / str(number)
        folder.mkdir()
        kept = Kept(made.make(kind, folder), ("ordering",))
        was_killed = killed_after(number, kept)
        await is_gone_on_with(kept)
        made.drop(kept.url)
        if not was_killed:
            break
    assert number > 50


@only("mariadb")
async def test_a_table_of_somebody_else_is_never_taken_for_ours(database_url: str) -> None:
    kept = Kept(database_url, ("inventory",))
    with asked(database_url).begin() as connection:
        connection.execute(text("CREATE TABLE inventory_reservations (sku TEXT)"))

    for _again in range(2):
        with pytest.raises(
            FailedMigration, match=r"0001: .*inventory_reservations.* already exists"
        ):
            await migrate(kept)

    with asked(database_url).begin() as connection:
        connection.execute(text("DROP TABLE inventory_reservations"))
    await is_gone_on_with(kept)
