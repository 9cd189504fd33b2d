"""Programs of this machine that serve for tests: where they are, and as whom they run."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from subprocess import run

PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/sbin",
    "/usr/local/sbin",
    "/usr/local/opt/*/bin",
    "/opt/homebrew/opt/*/bin",
)
"""Where packages put them that is on nobody's PATH."""


class NotInstalled(Exception):
    """A program is missing; says which package brings it."""


class Failed(Exception):
    """A server or its program did not do what it was asked; says what it said."""


def program(name: str, package: str) -> str:
    """Where it is. Raises `NotInstalled`."""
    places = [str(place) for pattern in PLACES for place in Path("/").glob(pattern[1:])]
    path = os.pathsep.join([os.environ.get("PATH", ""), *sorted(places, reverse=True)])
    if found := shutil.which(name, path=path):
        return found
    raise NotInstalled(f"{name} is not here; on Debian: apt-get install -y {package}")


def serving_as(owner: str) -> str | None:
    """Whom a program runs as that refuses to be root: this user, where we are root."""
    return owner if owner and os.geteuid() == 0 else None


def reaches(folder: Path, owner: str) -> bool:
    """Whether this user may go into the folder, and into all above it."""
    asked = ("/usr/bin/test", "-x", str(folder))
    return run(asked, user=owner, group=owner, extra_groups=[], check=False).returncode == 0  # noqa: S603


def give(folder: Path, owner: str | None) -> None:
    """Let this user work in the folder. Raises `Failed` where one above it is closed to it."""
    if owner:
        shutil.chown(folder, owner, owner)
        if not reaches(folder, owner):
            raise Failed(f"{owner}, who serves because root may not, cannot reach {folder}")


def done(command: Sequence[object], owner: str | None, cwd: Path) -> None:
    """Run it to its end. Raises `Failed`."""
    told = run(  # noqa: S603  # programs of the machine's packages
        [str(part) for part in command],
        user=owner,
        group=owner,
        extra_groups=[] if owner else None,
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )
    if told.returncode != 0:
        raise Failed(told.stderr.strip() or told.stdout.strip())
