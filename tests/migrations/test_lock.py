"""Many may migrate at once: one does."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import PIPE, Popen

import pytest

from app.settings import CONTEXTS
from infrastructure.shared.migrations.line import steps
from infrastructure.shared.migrations.tables import NoDatabase, migrate, pending
from tests.migrations.kept import Kept
from tests.processes import ROOT, environment


def started(*arguments: str, **settings: object) -> Popen[bytes]:
    return Popen(  # noqa: S603  # our own program
        [sys.executable, "-m", *arguments],
        env=environment(**settings),
        cwd=ROOT,
        stdout=PIPE,
        stderr=PIPE,
    )


@pytest.mark.parametrize("count", [3, pytest.param(10, marks=pytest.mark.thorough)])
def test_of_many_processes_one_takes_each_step(count: int, database_url: str) -> None:
    settings = {"database_url": database_url, "environment": "development"}
    processes = [started("app.cli", "migrate", "--json", **settings) for _ in range(count)]

    ended = [process.communicate(timeout=300) for process in processes]

    assert [process.returncode for process in processes] == [0] * count, ended
    told = [step for out, _ in ended for step in json.loads(out)["steps"]]
    taken = Counter((step["context"], step["revision"]) for step in told)
    assert taken == Counter((c, step.revision) for c in CONTEXTS for step in steps(c))


@contextmanager
def held(url: str) -> Iterator[Popen[bytes]]:
    """By another process."""
    with started("tests.migrations.holding", url) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        try:
            yield holder
        finally:
            holder.kill()


async def test_the_lock_lives_as_long_as_its_holder(database_url: str) -> None:
    kept = Kept(database_url, ("catalog",))

    with held(database_url) as holder:
        with pytest.raises(NoDatabase, match="is being migrated by another process"):
            await migrate(kept, patience_seconds=0)
        holder.kill()
        await migrate(kept)

    assert await pending(kept) == []
