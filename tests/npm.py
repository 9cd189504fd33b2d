"""What tests and the bench want of npm: a Node.js that is new enough, and packages that are here."""

from functools import cache
from pathlib import Path
from shutil import which
from subprocess import CalledProcessError, run

from tests.left_out import leave_out
from tests.services.programs import NotInstalled

OLDEST = 20


def node_for(folder: Path) -> str:
    """Where Node.js is, for what is in this folder. Raises `NotInstalled`."""
    program = which("node")
    if not program or _release(program) < OLDEST:
        raise NotInstalled(f"Node.js {OLDEST} or newer is not here (packages nodejs and npm)")
    if not (folder / "node_modules" / ".installed").exists():
        raise NotInstalled(f"what {folder.name} wants of npm is not here: make node")
    return program


def require_node_for(folder: Path) -> str:
    """The same; leaves the test out that runs, where it is not."""
    try:
        return node_for(folder)
    except NotInstalled as missing:
        leave_out("npm", str(missing))


@cache
def _release(program: str) -> int:
    try:
        told = run([program, "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, CalledProcessError):
        return 0
    return int(told.stdout.lstrip("v").partition(".")[0])
