"""A run that is told to stop leaves no server behind."""

import sys
from pathlib import Path
from subprocess import PIPE, Popen

import psutil

from tests.private_servers import require_installed
from tests.processes import ROOT, environment
from tests.services import redis

TESTS = """
import sys
from time import sleep
from tests.private_servers import a_redis

def test_that_takes_long():
    with a_redis() as server:
        print(server.pid, flush=True)
        sleep(60)
"""


def test_servers_end_with_a_run_that_is_told_to_stop(tmp_path: Path) -> None:
    require_installed(redis)
    (tmp_path / "conftest.py").write_text("from tests.services.ending import pytest_configure\n")
    (tmp_path / "test_long.py").write_text(TESTS)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-s",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]

    with Popen(command, env=environment(), cwd=ROOT, stdout=PIPE, text=True) as tests:  # noqa: S603  # ours
        assert tests.stdout
        pid = int(tests.stdout.readline())
        tests.terminate()
        tests.communicate(timeout=120)

    assert not psutil.pid_exists(pid)
