"""`make services`, as a developer asks for it, and servers that are there for one command."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from signal import SIGTERM
from subprocess import PIPE, Popen, run

import pytest
from psutil import STATUS_ZOMBIE, NoSuchProcess, Process

from tests.documents.reader import working_copy
from tests.private_servers import require_installed
from tests.processes import ROOT, environment
from tests.services.kinds import KINDS

FOUND = """
from tests.services.finding import url_of
print(*map(url_of, ("postgresql", "mariadb", "redis")))
"""


@pytest.fixture(autouse=True, scope="module")
def _all_are_installed() -> None:
    for kind in KINDS.values():
        require_installed(kind)


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Path]:
    """A clone, whose servers end with the test."""
    working_copy(tmp_path)
    yield tmp_path
    told(tmp_path, "-m", "tests.services", "stop")
    for linked in (tmp_path / "var" / "services").iterdir():
        rmtree(linked.resolve(), ignore_errors=True)


def told(copy: Path, *asked: str) -> str:
    paths = {"PYTHONPATH": f"{copy / 'src'}:{copy}"}
    done = run(  # noqa: S603  # our own
        [sys.executable, *asked],
        env={**environment(), **paths, "PATH": "/usr/bin:/bin"},  # where there is no Docker
        cwd=copy,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_servers_are_started_once_and_found_and_stopped(copy: Path) -> None:
    first = told(copy, "-m", "tests.services", "start").splitlines()
    again = told(copy, "-m", "tests.services").splitlines()
    found = told(copy, "-c", FOUND).split()
    stopped = told(copy, "-m", "tests.services", "stop").splitlines()

    assert [line.partition(" ")[0] for line in first] == ["PostgreSQL", "MariaDB", "Redis"]
    assert all("started (process " in line for line in first)
    assert [line.partition(": ")[0] for line in again] == [
        line.rpartition(": ")[0] for line in first
    ]
    assert all(line.endswith("runs already") for line in again)
    assert all(url in line for url, line in zip(found, first, strict=True))
    assert len(stopped) == 3
    assert "None" in told(copy, "-m", "tests.services", "stop")


def test_servers_for_one_command_end_with_it() -> None:
    script = 'echo "$TEST_REDIS"; exit 3'
    command = [sys.executable, "-m", "tests.services", "during", "sh", "-c", script]

    done = run(command, env=environment(), cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603

    assert done.returncode == 3, done.stderr
    assert done.stdout.startswith("redis://127.0.0.1:")


def test_a_command_that_is_told_to_stop_leaves_nothing_running() -> None:
    script = "sleep 1000 & echo $!; wait"
    command = [sys.executable, "-m", "tests.services", "during", "sh", "-c", script]

    with Popen(command, env=environment(), cwd=ROOT, stdout=PIPE, text=True) as during:  # noqa: S603
        assert during.stdout
        sleeper = Process(int(during.stdout.readline()))
        during.send_signal(SIGTERM)

    with suppress(NoSuchProcess):
        assert sleeper.status() == STATUS_ZOMBIE
    assert during.returncode == 128 + SIGTERM
