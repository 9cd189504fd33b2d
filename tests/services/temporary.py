"""Servers that are there for a while, and leave nothing behind."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryDirectory
from types import MappingProxyType

from tests.services.kinds import Kind
from tests.services.server import Server

IN_MEMORY = Path("/dev/shm")  # noqa: S108  # the folder in it has a name that nobody can guess
ROOM_IN_BYTES = 2 << 30
NONE: Mapping[str, str] = MappingProxyType({})


@contextmanager
def a_server(
    kind: Kind, settings: Mapping[str, str] = NONE, place: Path | None = None
) -> Iterator[Server]:
    """Its settings are those of its program, and relaxed where nothing else is said. It keeps what
    it keeps in a folder of its own: those of pytest are closed to the user that it runs as where we
    are root. Raises `NotInstalled` and `Failed`."""
    with TemporaryDirectory(prefix="freestone-", dir=place) as folder:
        Path(folder).chmod(0o711)  # that user goes through
        server = Server(kind, Path(folder) / kind.NAME, settings={**kind.RELAXED, **settings})
        try:
            server.start()
            yield server
        finally:
            server.kill()


def memory() -> Path | None:
    """The disk in memory, if there is one that has room: a container's has 64 MB."""
    has_room = os.access(IN_MEMORY, os.W_OK) and disk_usage(IN_MEMORY).free > ROOM_IN_BYTES
    return IN_MEMORY if has_room else None
