"""SQLite files put in the place of others, so that a crash in the middle leaves neither half."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from sqlalchemy import make_url

from infrastructure.shared.files import nobody_elses, sync

LATEST = ("-wal", "-journal")
"""What SQLite keeps beside a file for its latest pages. Beside another they would spoil it."""
BESIDE = (*LATEST, "-shm")


class RestoreBrokeOff(Exception):
    """Some files may have been replaced, and others not."""


@dataclass(frozen=True)
class Swap:
    """A database file, and the copy that is to take its place."""

    file: Path
    copy: Path

    @property
    def ready(self) -> Path:
        """The copy beside the file it is to replace. While it is there, a restore is not over."""
        return ready_for(self.file)


def ready_for(file: Path) -> Path:
    return Path(f"{file}.restoring")


def require_restored(url: str) -> None:
    """Raises `RestoreBrokeOff` where a restore of this database is not over."""
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite" or not parts.database:
        return
    if (ready := ready_for(Path(parts.database))).exists():
        raise RestoreBrokeOff(
            f"a restore of {parts.database} broke off: give it again (or, if nothing was replaced "
            f"and all is to stay as it is, remove {ready})"
        )


def swap_all(swaps: Sequence[Swap], now: datetime) -> list[Path]:
    """Put copies in the place of files; where what was replaced is kept now.

    Nothing is replaced before every copy is beside its file and on the disk. Then each file goes
    in steps of which none leaves something that could be taken for whole: what was there gets
    another name, the file is gone, the copy gets its name. Whoever was killed between them begins
    again, and nobody may serve until it is done (`require_restored`).
    """
    for swap in swaps:
        _prepare(swap)
    return [kept for swap in swaps for kept in _swap(swap, now)]


def _prepare(swap: Swap) -> None:
    swap.file.parent.mkdir(parents=True, exist_ok=True)
    part = Path(f"{swap.ready}.part")
    with swap.copy.open("rb") as source, nobody_elses(part) as target:
        shutil.copyfileobj(source, target)
    sync(part)
    part.replace(swap.ready)
    sync(swap.file.parent)


def _swap(swap: Swap, now: datetime) -> Iterator[Path]:
    folder = swap.file.parent
    if swap.file.exists():
        yield _keep(swap.file, now)
        sync(folder)
        swap.file.unlink()  # first of all: without it nobody takes what is beside it for whole
        sync(folder)
    for beside in BESIDE:
        Path(f"{swap.file}{beside}").unlink(missing_ok=True)
    sync(folder)  # or the latest pages of the old file might be added to the new one
    swap.ready.replace(swap.file)
    sync(folder)


def _keep(file: Path, now: datetime) -> Path:
    """Another name for a file, and for what SQLite keeps beside it."""
    kept = next(name for name in _names(file, now) if not any(map(Path.exists, _with(name))))
    for path, name in zip(_with(file), _with(kept), strict=True):
        with suppress(FileNotFoundError):
            os.link(path, name)
    return kept


def _with(file: Path) -> list[Path]:
    """It comes last: where it is there, all of it is."""
    return [*(Path(f"{file}{beside}") for beside in LATEST), file]


def _names(file: Path, now: datetime) -> Iterator[Path]:
    yield (first := Path(f"{file}.replaced-{now:%Y%m%dT%H%M%SZ}"))
    yield from (Path(f"{first}-{number}") for number in count(2))
