"""What `.ci/run` makes of tests that failed (decision 58)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BROKEN = "def test_{0}(): raise SystemError\n"
LATE = """
from pathlib import Path

def test_late():
    tries = Path("tries").exists()
    Path("tries").touch()
    assert tries
"""


def once_more(folder: Path) -> tuple[int, str]:
    told = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    done = subprocess.run(  # tests that stand there
        [sys.executable, "-m", "tests.once_more"],
        cwd=folder,
        env={**told, "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_what_passes_by_itself_is_named_and_let_pass(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(LATE + "def test_other(): pass\n")

    status, told = once_more(tmp_path)

    assert status == 0
    assert told.endswith("UNSTEADY, it failed, and passed by itself: test_it.py::test_late\n")
    assert "test_other" not in told


def test_what_fails_twice_is_a_failure_and_what_did_not_is_named_still(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(LATE + BROKEN.format("broken"))

    status, told = once_more(tmp_path)

    assert status == 1
    assert told.count("UNSTEADY") == 1
    assert "by itself: test_it.py::test_late" in told


def test_where_many_fail_none_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(LATE + "".join(map(BROKEN.format, range(3))))

    status, told = once_more(tmp_path)

    assert (status, told.count("4 failed")) == (1, 1)


@pytest.mark.parametrize("other", ["raise SystemError\n", "def test_late(:\n"])
def test_what_never_ran_is_not_made_good_by_what_does(other: str, tmp_path: Path) -> None:
    """A file that cannot be read ends a run before its first test."""
    (tmp_path / "test_it.py").write_text(LATE)
    (tmp_path / "test_other.py").write_text(other)

    status, told = once_more(tmp_path)

    assert status > 1
    assert "UNSTEADY" not in told


def test_what_failed_in_another_run_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(LATE.replace("assert tries", "raise SystemError"))
    assert once_more(tmp_path)[0] == 1
    (tmp_path / "test_it.py").write_text("def test_late(): pass\n")

    assert "UNSTEADY" not in once_more(tmp_path)[1]
