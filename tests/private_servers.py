"""Servers that one test has to itself, to be killed, restarted and told otherwise.

They keep what they keep in memory where there is a disk in it, and in a folder of their own: those
of pytest are closed to the user that a server runs as where we are root. What was committed
survives any end of a server (but not of the machine).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.services import mariadb, postgresql, redis
from tests.services.kinds import Kind
from tests.services.server import Server

IN_MEMORY = Path("/dev/shm")  # noqa: S108  # the folder in it has a name that nobody can guess


@contextmanager
def a_postgresql(**settings: str) -> Iterator[Server]:
    """Settings are those of `postgres -c`: `wal_level="logical"`. Raises `NotInstalled`."""
    with _a_server(postgresql, settings) as server:
        yield server


@contextmanager
def a_mariadb(**settings: str) -> Iterator[Server]:
    """Settings are options of `mariadbd`: `lock_wait_timeout="1"`. Raises `NotInstalled`."""
    with _a_server(mariadb, settings) as server:
        yield server


@contextmanager
def a_redis(**settings: str) -> Iterator[Server]:
    """Settings are those of `redis.conf`: `maxmemory="1mb"`. Raises `NotInstalled`."""
    with _a_server(redis, settings) as server:
        yield server


def a_place() -> Path | None:
    """The disk in memory, if there is one that we may write to."""
    return IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None


@contextmanager
def _a_server(kind: Kind, settings: dict[str, str]) -> Iterator[Server]:
    with TemporaryDirectory(prefix="freestone-", dir=a_place()) as folder:
        told = {**kind.RELAXED, **settings}
        server = Server(kind, Path(folder) / kind.NAME, settings=told)
        server.folder.parent.chmod(0o711)
        try:
            server.start()
            yield server
        finally:
            server.kill()
