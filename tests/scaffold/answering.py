"""Migrate and serve a checkout, and give commands to a shell there: `-m tests.scaffold.answering KEY`.

The commands are read from standard input; `localhost:8000` in them is where it is served.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.conftest import a_shop
from tests.processes import freestone, running


def answered(commands: str, key: str) -> str:
    with TemporaryDirectory() as folder:
        settings = a_shop(Path(folder), admin_key=key)
        freestone("migrate", **settings)
        with running(Path(folder) / "log", **settings) as process:
            done = subprocess.run(
                ["bash", "-e"],  # noqa: S607  # whichever there is
                input=commands.replace("localhost:8000", process.url),
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr + process.said()
            return done.stdout


if __name__ == "__main__":
    print(answered(sys.stdin.read(), sys.argv[1]))  # noqa: T201  # to be read by a test
