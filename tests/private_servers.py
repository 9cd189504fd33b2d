"""Servers that one test has to itself, to be killed, restarted and told otherwise.

They keep what they keep in memory, where there is a disk in it. What was committed survives any end
of a server, though not of the machine. Where a server's program is missing, the test is left out.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.left_out import leave_out
from tests.services import mariadb, nats, postgresql, redis
from tests.services.kinds import Kind
from tests.services.programs import NotInstalled, program
from tests.services.server import Server
from tests.services.temporary import a_server, memory


@contextmanager
def a_postgresql(**settings: str) -> Iterator[Server]:
    """Settings are those of `postgres -c`: `wal_level="logical"`."""
    with _own(postgresql, settings) as server:
        yield server


@contextmanager
def a_mariadb(**settings: str) -> Iterator[Server]:
    """Settings are options of `mariadbd`: `innodb_lock_wait_timeout="1"`."""
    with _own(mariadb, settings) as server:
        yield server


@contextmanager
def a_redis(**settings: str) -> Iterator[Server]:
    """Settings are those of `redis.conf`: `maxmemory="1mb"`."""
    with _own(redis, settings) as server:
        yield server


@contextmanager
def a_nats(**settings: str) -> Iterator[Server]:
    """With JetStream. Settings are options of `nats-server`: `name="other"`."""
    with _own(nats, settings) as server:
        yield server


def require_installed(kind: Kind) -> None:
    """Leave the test out that runs, unless this machine can serve this."""
    try:
        program(kind.PROGRAM, kind.PACKAGE)
    except NotInstalled as missing:
        leave_out(f"{kind.NAME}, of a test's own", str(missing))


@contextmanager
def _own(kind: Kind, settings: dict[str, str]) -> Iterator[Server]:
    require_installed(kind)
    with a_server(kind, settings, memory()) as server:
        yield server
