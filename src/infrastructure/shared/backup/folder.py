"""A backup: a folder with a copy of each SQLite file, and what is to be known of them."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from infrastructure.shared.backup.sqlite_backup import (
    CannotCopy,
    copy_together,
    heads_in,
    require_whole,
)
from infrastructure.shared.files import nobody_elses, sync

FORMAT = "freestone-backup/1"
MANIFEST = "manifest.json"


class UnfitBackup(Exception):
    """What is no backup, or not whole any more; says why."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A database file, and the contexts whose tables it has."""

    file: Path
    contexts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Copy:
    """`heads` are the migrations that its tables were at, by context."""

    name: str
    contexts: tuple[str, ...]
    heads: dict[str, tuple[str, ...]]
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """`taken_at` is the moment whose state all copies have. No secret is in it, nor where from."""

    format: str
    freestone: str
    taken_at: datetime
    copies: tuple[Copy, ...]


manifest_json: TypeAdapter[Manifest] = TypeAdapter(Manifest)


def growing(target: Path) -> Path:
    """What a backup is called while it is not whole."""
    return target.with_name(f"{target.name}.part")


def take(
    kept: Sequence[Kept], target: Path, version: str, done: Callable[[Path, int, int], None]
) -> Manifest:
    """Write a backup of these files into a new folder: all of it, or nothing under that name.

    `done` is told how many pages of a file are left to do, and of how many. Raises `CannotCopy`,
    and `OSError` where something is there already.
    """
    (part := growing(target)).mkdir(mode=0o700, parents=True)
    try:
        manifest = _taken(kept, part, version, done)
        sync(part)
        part.rename(target)
        sync(target.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return manifest


def opened(folder: Path) -> Manifest:
    """What a backup holds, all of which is there as it was written. Raises `UnfitBackup`."""
    manifest = _read(folder)
    for copy in manifest.copies:
        file = folder / copy.name
        if not file.is_file() or (file.stat().st_size, _sha256(file)) != (copy.size, copy.sha256):
            raise UnfitBackup(f"{file} is not as it was written")
        try:
            require_whole(file)
        except CannotCopy as broken:
            raise UnfitBackup(str(broken)) from broken
    return manifest


def _taken(
    kept: Sequence[Kept], folder: Path, version: str, done: Callable[[Path, int, int], None]
) -> Manifest:
    names = _names([one.file for one in kept])
    copied = [(one.file, folder / name) for one, name in zip(kept, names, strict=True)]
    moment = copy_together(copied, done)
    manifest = Manifest(
        format=FORMAT,
        freestone=version,
        taken_at=moment,
        copies=tuple(
            _copy(file, one.contexts) for one, (_, file) in zip(kept, copied, strict=True)
        ),
    )
    with nobody_elses(folder / MANIFEST) as file:
        file.write(manifest_json.dump_json(manifest, indent=2) + b"\n")
    sync(folder / MANIFEST)
    return manifest


def _copy(file: Path, contexts: tuple[str, ...]) -> Copy:
    return Copy(
        name=file.name,
        contexts=contexts,
        heads=heads_in(file, contexts),
        size=file.stat().st_size,
        sha256=_sha256(file),
    )


def _read(folder: Path) -> Manifest:
    try:
        manifest = manifest_json.validate_json((folder / MANIFEST).read_bytes())
    except (ValidationError, OSError) as why:
        raise UnfitBackup(f"{folder} is no backup: it has no {MANIFEST} that can be read") from why
    if manifest.format != FORMAT:
        raise UnfitBackup(f"{folder} is a backup of another kind: {manifest.format}")
    if strange := [c.name for c in manifest.copies if Path(c.name).name != c.name]:
        raise UnfitBackup(f"{folder} names a file that is not in it: {strange[0]}")
    return manifest


def _names(files: Sequence[Path]) -> list[str]:
    """What each is called in a backup: as it was, unless two were called the same."""
    called = [file.name for file in files]
    return [
        name if called.count(name) == 1 else f"{number}-{name}"
        for number, name in enumerate(called, 1)
    ]


def _sha256(file: Path) -> str:
    with file.open("rb") as read:
        return file_digest(read, "sha256").hexdigest()
