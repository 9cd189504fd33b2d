"""What is forked is as what begins at the beginning, and ends as it is ended."""

import os
from pathlib import Path

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


def test_each_has_an_environment_and_a_folder_of_its_own(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        env = environment(database_url="sqlite+aiosqlite:///here.db", environment="development")
        assert ran(PROGRAM, "migrate", env=env, cwd=folder).returncode == 0
    env = environment(no_such_setting=1)

    assert (one / "here.db").exists()
    assert (other / "here.db").exists()
    assert "FREESTONE_NO_SUCH_SETTING" in ran(PROGRAM, "routes", env=env, cwd=one).stderr
    assert (
        "FREESTONE_NO_SUCH_SETTING" not in ran(PROGRAM, "routes", env=environment(), cwd=one).stderr
    )


def test_a_server_is_told_to_stop_and_killed_by_its_number(tmp_path: Path) -> None:
    settings = a_shop(tmp_path)
    freestone("migrate", **settings)

    with running(tmp_path / "log", **settings) as process:
        process.ask_to_stop()
        assert process.wait() == 0
    with running(tmp_path / "log", **settings) as process:
        os.kill(process.pid, 9)
        assert process.wait() == -9
