"""Checkouts of this project to write contexts into, and its tools run there."""

import os
import sys
from pathlib import Path
from subprocess import CompletedProcess, run

from app.scaffold.workshop import copy_checkout
from tests.processes import ROOT

SECONDS = 1800


def a_checkout(folder: Path) -> Path:
    copy_checkout(ROOT, folder / "checkout")
    return folder / "checkout"


def ran(checkout: Path, *command: str, said: str = "") -> CompletedProcess[str]:
    """A module of the checkout, or a tool, run there with the checkout's own code."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("FREESTONE_", "PYTEST_"))}
    path = os.pathsep.join([str(checkout / "src"), str(checkout)])
    compiled = str(checkout.parent / "compiled")  # once, and beside what tests look through
    return run(  # noqa: S603  # our own tools
        [sys.executable, "-m", *command],
        cwd=checkout,
        env={**kept, "PYTHONPATH": path, "PYTHONPYCACHEPREFIX": compiled, "COLUMNS": "200"},
        input=said,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


def succeeded(checkout: Path, *command: str, said: str = "") -> str:
    done = ran(checkout, *command, said=said)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of it."""
    files = [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
