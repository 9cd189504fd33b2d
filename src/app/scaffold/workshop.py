"""Where a context is written first: in a copy of the checkout, which is put in place when it is whole.

So that whatever cannot be done (a place that is not found, a tool that is not there) leaves the
checkout as it was.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from tomllib import TOMLDecodeError, loads

from app.scaffold.fitness import require_fit
from app.scaffold.registration import PLACES
from app.scaffold.rooms import rooms
from app.scaffold.words import CannotWrite, Words

LEFT_OUT = {".git", "__pycache__", "build", "dist", "node_modules", "var"}
SECONDS = 120.0


@dataclass(frozen=True)
class Written:
    """What of a checkout was written, or would be: paths in it."""

    new: tuple[str, ...]
    changed: tuple[str, ...]


def write(words: Words, root: Path, *, is_trial: bool = False) -> Written:
    """Write the context, all of it or nothing. Raises `CannotWrite`."""
    require_checkout(root)
    require_fit(words, root)
    with TemporaryDirectory(prefix="freestone-") as elsewhere:
        copy = Path(elsewhere).resolve() / "checkout"
        copy_checkout(root, copy)
        made = rooms(words)
        for path, text in made.items():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            (copy / path).write_text(text)
        for path in PLACES:
            (copy / path).write_text(_registered(copy / path, path, words))
        python = [path for path in (*made, *PLACES) if path.endswith(".py")]
        _run(copy, "ruff", "check", "--no-cache", "--quiet", "--fix", "--select", "I", *python)
        _run(copy, "ruff", "format", "--no-cache", "--quiet", *python)
        _run(copy, "tests.contracts.snapshots")
        _run(copy, "tests.contracts.events")
        _run(copy, "tests.edge.declared")
        _run(copy, "tests.documents.pages")
        written = {path: (copy / path).read_bytes() for path in _differing(copy, root)}
    new = tuple(path for path in written if not (root / path).exists())
    told = Written(new, tuple(path for path in written if path not in new))
    if not is_trial:
        put_in_place(written, root)
    return told


def _registered(file: Path, path: str, words: Words) -> str:
    try:
        return PLACES[path](file.read_text(), words)
    except CannotWrite as why:
        raise CannotWrite(f"{path}: {why}") from why


def require_checkout(root: Path) -> None:
    """This folder is a checkout of Freestone. Raises `CannotWrite`."""
    try:
        project = loads((root / "pyproject.toml").read_text()).get("project", {})
    except (OSError, UnicodeDecodeError, TOMLDecodeError):
        project = {}
    if project.get("name") != "freestone" or not (root / "src/app/scaffold").is_dir():
        raise CannotWrite("this folder is no checkout of Freestone: go to one, where Makefile is")
    for path in PLACES:
        if not (root / path).is_file():
            raise CannotWrite(f"{path} is missing in this checkout")


def copy_checkout(root: Path, to: Path) -> None:
    """All that belongs to the project, and nothing that was installed or made from it."""
    copytree(root, to, ignore=_left_out, symlinks=True)


def changes_in(root: Path) -> list[str]:
    """What was changed since it was committed, where git keeps the checkout."""
    if not (root / ".git").exists():
        return []
    command = ["git", "status", "--porcelain"]
    try:
        told = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return []
    return [line[3:] for line in told.stdout.splitlines()]


def put_in_place(written: dict[str, bytes], root: Path) -> None:
    """All of it, or what was there before stays."""
    before = {path: _read(root / path) for path in written}
    folders: list[Path] = []
    try:
        for path, content in written.items():
            folders += _made(root / path, root)
            (root / path).write_bytes(content)
    except OSError:
        for path, was in before.items():
            if was is None:
                (root / path).unlink(missing_ok=True)
            else:
                (root / path).write_bytes(was)
        for folder in reversed(folders):
            folder.rmdir()
        raise


def _made(file: Path, root: Path) -> Iterator[Path]:
    """Folders that were made for a file, outermost first."""
    missing = [one for one in file.parents if root in one.parents and not one.exists()]
    for folder in reversed(missing):
        folder.mkdir()
        yield folder


def _read(file: Path) -> bytes | None:
    return file.read_bytes() if file.exists() else None


def _left_out(folder: str, names: list[str]) -> list[str]:
    """What is no part of the project: virtual environments, caches, data."""
    return [
        name
        for name in names
        if name in LEFT_OUT
        or name.endswith(("_cache", ".egg-info", ".hypothesis"))
        or (Path(folder) / name / "pyvenv.cfg").exists()
    ]


def _differing(copy: Path, root: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(copy):
        folders[:] = sorted(set(folders) - set(_left_out(folder, folders)))
        for name in sorted(names):
            path = (Path(folder) / name).relative_to(copy)
            if not (root / path).is_symlink() and _read(root / path) != (copy / path).read_bytes():
                yield path.as_posix()


def _run(folder: Path, module: str, *arguments: str) -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("FREESTONE_")}
    path = os.pathsep.join([str(folder / "src"), str(folder)])
    run = subprocess.run(  # noqa: S603  # our own tools
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env={**kept, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    if run.returncode:
        raise CannotWrite(f"{module} failed, so nothing was written:\n{run.stderr or run.stdout}")
