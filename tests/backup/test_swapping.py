"""Files put in the place of others, by a process that may be killed at any step."""

import sys
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy2
from sqlite3 import DatabaseError, connect
from subprocess import run

import pytest

from infrastructure.shared.backup.sqlite_restore import RestoreBrokeOff, require_restored, swap_all
from tests.backup.killed import NAMES, swaps
from tests.processes import ROOT, environment

NOW = datetime(2026, 4, 8, 12, tzinfo=UTC)
STEPS = range(20)
EVERY_DAY = (3, 8, 12)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files, whose latest pages lie beside them, and two copies from before."""
    (tmp_path / "backup").mkdir()
    (tmp_path / "busy").mkdir()
    for name in NAMES:
        written(tmp_path / "backup" / name, "then")
        with closing(connect(tmp_path / "busy" / name)) as connection, connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE told (what)")
            connection.execute("INSERT INTO told VALUES ('now')")
            connection.commit()
            for file in (tmp_path / "busy").glob(f"{name}*"):
                copy2(file, tmp_path)  # as a server that was killed leaves it
    return tmp_path


def written(file: Path, what: str) -> None:
    with closing(connect(file)) as connection, connection:
        connection.execute("CREATE TABLE told (what)")
        connection.execute("INSERT INTO told VALUES (?)", (what,))


def told(file: Path) -> str:
    """What a database says, whoever looks; nothing where it is not there or not whole."""
    with suppress(DatabaseError), closing(connect(f"{file.as_uri()}?mode=rw", uri=True)) as one:
        return str(one.execute("SELECT what FROM told").fetchone()[0])
    return ""


def is_refused(folder: Path) -> bool:
    for name in NAMES:
        try:
            require_restored(f"sqlite:///{folder}/{name}")
        except RestoreBrokeOff:
            return True
    return False


def test_what_was_there_is_kept_with_its_latest_pages(folder: Path) -> None:
    kept = swap_all(swaps(folder), NOW)

    assert [told(folder / name) for name in NAMES] == ["then", "then"]
    assert [told(file) for file in kept] == ["now", "now"]
    assert kept == [folder / f"{name}.replaced-20260408T120000Z" for name in NAMES]
    assert not is_refused(folder)
    assert not list(folder.glob("*.restoring*"))


def test_what_is_not_there_is_put_there(folder: Path) -> None:
    elsewhere = [type(swap)(folder / "new" / swap.file.name, swap.copy) for swap in swaps(folder)]

    assert swap_all(elsewhere, NOW) == []

    assert [told(swap.file) for swap in elsewhere] == ["then", "then"]


@pytest.mark.parametrize(
    "steps",
    [pytest.param(n, marks=[] if n in EVERY_DAY else [pytest.mark.thorough]) for n in STEPS],
)
def test_killed_at_any_step_it_leaves_no_half_and_is_given_again(folder: Path, steps: int) -> None:
    assert restored(folder, after=steps) == -9
    there = [told(folder / name) for name in NAMES if (folder / name).exists()]
    assert set(there) <= {"now", "then"}
    assert is_refused(folder) or there == ["now", "now"]

    swap_all(swaps(folder), NOW)

    assert [told(folder / name) for name in NAMES] == ["then", "then"]
    assert not is_refused(folder)
    for name in NAMES:
        assert "now" in [told(file) for file in kept_of(folder, name)]


@pytest.mark.thorough
def test_there_are_no_more_steps_than_these(folder: Path) -> None:
    assert restored(folder, after=len(STEPS)) == 0


def restored(folder: Path, *, after: int) -> int:
    command = [sys.executable, "-m", "tests.backup.killed", str(folder), str(after)]
    return run(command, env=environment(), cwd=ROOT, check=False).returncode  # noqa: S603  # ours


def kept_of(folder: Path, name: str) -> list[Path]:
    every = folder.glob(f"{name}.replaced-*")
    return [file for file in every if not file.name.endswith(("-wal", "-shm"))]
