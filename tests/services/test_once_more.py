"""What `.ci/run` makes of tests that failed (decision 58)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

STEADY = "def test_{0}(): raise SystemError\n"
UNSTEADY = """
from pathlib import Path

def test_late():
    tried, tries = Path("tries"), Path("tries").exists()
    tried.touch()
    assert tries
"""


def once_more(folder: Path) -> tuple[int, str]:
    """What comes of it after a run of the tests there."""
    _run(folder, "pytest", "-q")
    done = _run(folder, "tests.once_more")
    return done.returncode, done.stdout


def _run(folder: Path, *module: str) -> subprocess.CompletedProcess[str]:
    told = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    return subprocess.run(  # noqa: S603  # tests that stand there
        [sys.executable, "-m", *module],
        cwd=folder,
        env={**told, "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_passes_alone_is_named_and_let_pass(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(UNSTEADY + "def test_other(): pass\n")

    status, told = once_more(tmp_path)

    assert status == 0
    assert "UNSTEADY, passed alone:\ntest_it.py::test_late\n" in told
    assert "test_other" not in told


def test_what_fails_twice_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(UNSTEADY + STEADY.format("broken"))

    status, told = once_more(tmp_path)

    assert status == 1
    assert "UNSTEADY" not in told


@pytest.mark.parametrize("number", [0, 4])
def test_nothing_is_tried_where_no_test_failed_or_many_did(number: int, tmp_path: Path) -> None:
    """A check that failed before the tests, or something that is wrong with all."""
    tests = "".join(STEADY.format(one) for one in range(number))
    (tmp_path / "test_it.py").write_text(tests or "def test_it(): pass\n")

    assert once_more(tmp_path) == (1, "")
