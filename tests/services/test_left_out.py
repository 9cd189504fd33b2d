"""What is left out is told at the end, and CI leaves nothing out."""

import os
import sys
from pathlib import Path
from subprocess import run

from tests.processes import ROOT

TESTS = """
import pytest
from tests.left_out import leave_out, pytest_terminal_summary

@pytest.fixture(params=[1, 2])
def tea():
    leave_out("Tea", "boil water")

def test_with_milk(tea): ...
def test_water(): ...
"""


def tried(folder: Path, **told: str) -> tuple[int, str]:
    (folder / "conftest.py").write_text(TESTS.partition("@")[0])
    (folder / "test_tea.py").write_text(TESTS)
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    done = run(  # noqa: S603  # our own
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            folder,
            folder,
        ],
        env={**environment, "PYTHONPATH": str(ROOT), **told},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_it_is_told_how_many_and_how_to_get_it(tmp_path: Path) -> None:
    code, told = tried(tmp_path)

    assert code == 0
    assert "Tea: boil water (2 tests)" in told
    assert "1 passed, 2 skipped" in told


def test_in_ci_it_fails(tmp_path: Path) -> None:
    code, told = tried(tmp_path, CI="true")

    assert code == 1
    assert "Tea is missing, and CI leaves nothing out: boil water" in told
