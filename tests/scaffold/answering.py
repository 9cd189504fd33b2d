"""Migrate and serve a checkout, and give commands to a shell there: `-m tests.scaffold.answering`.

The commands are read from standard input; `localhost:8000` in them is where it is served, and
`var/api-key` has a key, as it has where `make run` serves.
"""

import subprocess
import sys
from asyncio import run
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.conftest import a_shop
from tests.hired import hired
from tests.processes import freestone, running


def answered(commands: str) -> str:
    with TemporaryDirectory() as folder:
        settings = a_shop(Path(folder))
        freestone("migrate", **settings)
        (Path(folder) / "var").mkdir()
        (Path(folder) / "var" / "api-key").write_text(run(hired(settings)))
        with running(Path(folder) / "log", **settings) as process:
            done = subprocess.run(
                ["bash", "-e"],  # noqa: S607  # whichever there is
                cwd=folder,
                input=commands.replace("localhost:8000", process.url),
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr + process.said()
            return done.stdout


if __name__ == "__main__":
    print(answered(sys.stdin.read()))  # noqa: T201  # to be read by a test
