"""The kinds of servers there are."""

from collections.abc import Mapping
from pathlib import Path
from signal import Signals
from types import MappingProxyType
from typing import Protocol

import psycopg
import pymysql
from redis.exceptions import RedisError

from tests.services import mariadb, postgresql, redis


class Kind(Protocol):
    """What is to be known of one: a module each."""

    NAME: str
    PROGRAM: str
    PACKAGE: str
    """Debian's."""
    OWNER: str
    """Whom it runs as where we are root, if it refuses that."""
    PORT: int
    """Where `make services` starts it."""
    STANDARD_URL: str
    STOPS_ON: Signals
    STOPS_AT_ONCE_ON: Signals
    DURABLE: dict[str, str]
    RELAXED: dict[str, str]

    def make(self, data: Path, owner: str | None, /) -> None: ...
    def command(self, data: Path, port: int, settings: dict[str, str], /) -> list[str]: ...
    def url(self, port: int) -> str: ...
    def version(self, url: str) -> str: ...


KINDS: Mapping[str, Kind] = MappingProxyType(
    {kind.NAME: kind for kind in (postgresql, mariadb, redis)}
)
NO_ANSWER = (psycopg.Error, pymysql.Error, RedisError, OSError)
"""What asking a server for its version raises that is not there, or does not let us in."""
