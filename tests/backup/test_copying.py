"""Several files that are written to, copied as they all were at one moment."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import connect
from subprocess import Popen

import pytest

from infrastructure.shared.backup.sqlite_backup import CannotCopy, copy_together, require_whole
from tests.backup.counting import NAMES
from tests.journeys.waiting import wait_for
from tests.processes import ROOT, environment

TURNS = 40


def done(file: Path, left: int, whole: int) -> None:
    assert file.name in NAMES
    assert 0 <= left <= whole


def number(file: Path) -> int:
    with closing(connect(file)) as connection:
        return int(connection.execute("SELECT number FROM told").fetchone()[0])


@contextmanager
def written_to(folder: Path) -> Iterator[None]:
    for name in NAMES:
        with closing(connect(folder / name, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE told (number)")
            connection.execute("INSERT INTO told VALUES (0)")
    command = [sys.executable, "-m", "tests.backup.counting", str(folder)]
    with Popen(command, env=environment(), cwd=ROOT) as writer:  # noqa: S603  # our own program
        yield
        writer.kill()


async def test_copies_are_of_one_moment_however_quickly_all_is_written_to(tmp_path: Path) -> None:
    with written_to(tmp_path):
        await wait_for("a number", lambda: number(tmp_path / NAMES[-1]) > 1)
        for turn in range(TURNS):
            (tmp_path / str(turn)).mkdir()
            files = [(tmp_path / name, tmp_path / str(turn) / name) for name in NAMES]
            copy_together(files, done)

    copied = [[number(tmp_path / str(turn) / name) for name in NAMES] for turn in range(TURNS)]
    assert all(numbers == sorted(numbers, reverse=True) for numbers in copied)
    assert {numbers[0] - numbers[-1] for numbers in copied} <= {0, 1}
    assert copied[-1][0] > copied[0][0]


def test_a_copy_needs_no_other_file(tmp_path: Path) -> None:
    with written_to(tmp_path):
        copy_together([(tmp_path / "a.db", tmp_path / "copy.db")], done)

    require_whole(tmp_path / "copy.db")
    assert list(tmp_path.glob("copy.db-*")) == []


def test_what_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("tea")

    with pytest.raises(CannotCopy, match=r"a\.db: file is not a database"):
        copy_together([(tmp_path / "a.db", tmp_path / "copy.db")], done)
