"""A SQLite file has one server."""

from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from sqlalchemy import make_url


class ServedAlready(Exception):
    """Another process serves this file."""


@contextmanager
def only_server_of(url: str) -> Iterator[None]:
    """Hold a SQLite file for one server process: it has one writer. Other databases hold nothing.

    The lock goes with the process, however that ends. Raises `ServedAlready`.
    """
    file = make_url(url).database
    if make_url(url).get_backend_name() != "sqlite" or not file:
        yield
        return
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{file}.serving").open("w") as held:
        try:
            flock(held, LOCK_EX | LOCK_NB)
        except OSError as taken:
            raise ServedAlready(
                f"{file} is served by another process already, and SQLite takes one server"
            ) from taken
        yield
