"""The reader of the documents notices what does not do what they say, and leaves no trace."""

import subprocess
from pathlib import Path

import pytest

from tests.documents.blocks import Command
from tests.documents.reader import Stumbled, is_as_said, reading, working_copy
from tests.processes import environment


def test_a_command_that_fails_is_noticed(tmp_path: Path) -> None:
    with reading(tmp_path / "freestone") as reader:
        reader.give(Command("echo here", "here"))
        with pytest.raises(Stumbled, match="is said to print"):
            reader.give(Command("echo here", "there"))
        with pytest.raises(Stumbled, match="ended with 1"):
            reader.give(Command("false"))


@pytest.mark.parametrize(
    ("said", "printed", "holds"),
    [
        ("", "anything", True),
        ("a ... c\n", "a b\nc\n", True),
        ("a ...\n", "a\n", True),
        ("...\nc", "a b\nc\n", True),
        ("a ... d", "a b c", False),
        ("a", "a b", False),
    ],
)
def test_dots_stand_for_anything(said: str, printed: str, *, holds: bool) -> None:
    assert is_as_said(said, printed) is holds


def test_nothing_is_installed_from_a_working_copy(tmp_path: Path) -> None:
    folder = tmp_path / "freestone"
    working_copy(folder)
    (folder / "pyproject.toml").touch()

    asked = subprocess.run(
        ["make", "--question", "setup"],  # noqa: S607  # whichever the reader has
        cwd=folder,
        env=environment(),
        check=False,
    )
    pip = subprocess.run([folder / ".venv" / "bin" / "pip", "install", "."], check=False)  # noqa: S603

    assert asked.returncode == 0
    assert pip.returncode == 1
