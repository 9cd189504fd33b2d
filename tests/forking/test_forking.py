"""What is forked is as what begins at the beginning, and ends as it is ended."""

import os
from pathlib import Path
from subprocess import TimeoutExpired
from time import sleep

import psutil
import pytest

from tests.conftest import a_shop
from tests.forking.client import PROGRAM, begun, ran
from tests.processes import environment, freestone, running


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("--version",),
        ("nonsense",),
        ("migrate",),
        ("migrate", "--no-such-thing"),
        ("staff", "add", "ada@example.org", "--role", "none"),
    ],
)
def test_it_says_and_ends_as_what_begins_at_the_beginning(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    env = environment(database_url="nonsense://", environment="development")
    anew = ran(PROGRAM, *arguments, env=env, cwd=tmp_path, start=begun)

    forked = ran(PROGRAM, *arguments, env=env, cwd=tmp_path)

    assert (forked.returncode, forked.stdout, forked.stderr) == (
        anew.returncode,
        anew.stdout,
        anew.stderr,
    )


def test_each_has_a_folder_of_its_own(tmp_path: Path) -> None:
    env = environment(database_url="sqlite+aiosqlite:///here.db", environment="development")

    assert ran(PROGRAM, "migrate", env=env, cwd=tmp_path).returncode == 0
    assert (tmp_path / "here.db").exists()


def test_each_has_an_environment_of_its_own(tmp_path: Path) -> None:
    name = "FREESTONE_NO_SUCH_SETTING"
    env = environment(no_such_setting=1)

    assert name in ran(PROGRAM, "routes", env=env, cwd=tmp_path).stderr
    assert name not in ran(PROGRAM, "routes", env=environment(), cwd=tmp_path).stderr


def test_it_is_told_what_is_said_to_it(tmp_path: Path) -> None:
    done = ran("json.tool", "--compact", env=environment(), cwd=tmp_path, said="[1, 2]")

    assert done.stdout == "[1,2]\n"


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, object]:
    settings = a_shop(tmp_path)
    freestone("migrate", **settings)
    return settings


def test_a_server_stops_when_it_is_told_to(settings: dict[str, object], tmp_path: Path) -> None:
    with running(tmp_path / "log", **settings) as process:
        process.ask_to_stop()
        assert process.wait() == 0


def test_who_is_killed_keeps_the_number_until_that_is_known(
    settings: dict[str, object], tmp_path: Path
) -> None:
    """So nobody else is meant by it: to kill again harms nobody."""
    with running(tmp_path / "log", **settings) as process:
        os.kill(process.pid, 9)
        ended = psutil.Process(process.pid)
        while ended.status() != psutil.STATUS_ZOMBIE:
            sleep(0)
        os.kill(process.pid, 9)

        assert process.wait() == -9
        gone, _ = psutil.wait_procs([ended], timeout=60)
        assert gone == [ended]


def test_what_takes_too_long_is_ended_and_what_it_wrote_is_told(tmp_path: Path) -> None:
    work = "print('here', flush=True); __import__('time').sleep(600)"

    with pytest.raises(TimeoutExpired) as late:
        ran("timeit", "-n", "1", "-r", "1", work, env=environment(), cwd=tmp_path, seconds=5)

    assert late.value.output == b"here\n"
