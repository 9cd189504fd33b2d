"""Copies of SQLite files as they all were at one moment, while others write to them."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from infrastructure.shared.clock import utc_now
from infrastructure.shared.files import nobody_elses, sync
from infrastructure.shared.migrations.line import version_table

PAGES_AT_ONCE = 2_000
SECONDS_TO_WAIT = 10.0
"""For a writer to come to the end of its transaction."""


class CannotCopy(Exception):
    """A database could not be read, or its copy not be written; says which, and why."""


def copy_together(
    copies: Sequence[tuple[Path, Path]], done: Callable[[Path, int, int], None]
) -> datetime:
    """Copy files, each to its target, as they all were at one moment; which that was.

    Every file is kept from being written to for as long as it takes to look at all of them, which
    is a few milliseconds, and no longer: then each is copied as it was looked at. A copy is whole,
    checked, on the disk, and needs no other file beside it. `done` is told how many pages of a file
    are left to do, and of how many. Raises `CannotCopy`.
    """
    with ExitStack() as stack:
        looking, moment = _looked_at(stack, [file for file, _ in copies])
        for (file, target), seeing in zip(copies, looking, strict=True):
            with _told(file):
                _copy(seeing, target, partial(done, file))
    return moment


def require_whole(file: Path) -> None:
    """Raises `CannotCopy` where a copy is not a database any more, or not all of one."""
    with _told(file), closing(_opened(file, "mode=ro&immutable=1")) as connection:
        _require_whole(connection, file)


def heads_in(file: Path, contexts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The migrations that the tables of these contexts are at. Raises `CannotCopy`."""
    with _told(file), closing(_opened(file, "mode=ro&immutable=1")) as connection:
        return {context: _heads(connection, version_table(context)) for context in contexts}


def _looked_at(
    stack: ExitStack, files: Sequence[Path]
) -> tuple[list[sqlite3.Connection], datetime]:
    """Connections that go on seeing what all files held at one moment, and when that was."""
    with ExitStack() as locked:
        for file in files:
            with _told(file):
                locked.enter_context(closing(writing := _opened(file, "mode=rw")))
                writing.execute("BEGIN IMMEDIATE")
        return [_looking(stack, file) for file in files], utc_now()


def _looking(stack: ExitStack, file: Path) -> sqlite3.Connection:
    with _told(file):
        stack.enter_context(closing(seeing := _opened(file, "mode=ro")))
        seeing.execute("BEGIN")
        seeing.execute("SELECT count(*) FROM sqlite_master")
    return seeing


def _copy(seeing: sqlite3.Connection, target: Path, done: Callable[[int, int], None]) -> None:
    nobody_elses(target).close()
    with closing(_opened(target, "mode=rw")) as copy:
        seeing.backup(copy, pages=PAGES_AT_ONCE, progress=lambda _, left, whole: done(left, whole))
        copy.execute("PRAGMA journal_mode = DELETE")  # all of it is in the one file
        _require_whole(copy, target)
    sync(target)


def _require_whole(connection: sqlite3.Connection, file: Path) -> None:
    if (said := connection.execute("PRAGMA integrity_check(1)").fetchone()) != ("ok",):
        raise CannotCopy(f"{file}: {said[0]}")


def _heads(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
        return ()
    found = connection.execute(f"SELECT version_num FROM {table}")  # noqa: S608  # a name of ours
    return tuple(sorted(head for (head,) in found))


def _opened(file: Path, how: str) -> sqlite3.Connection:
    uri = f"{file.absolute().as_uri()}?{how}"
    return sqlite3.connect(uri, uri=True, timeout=SECONDS_TO_WAIT, isolation_level=None)


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as why:
        raise CannotCopy(f"{file}: {_words(why)}") from why


def _words(why: Any) -> str:
    return getattr(why, "strerror", None) or str(why)
