"""Redis, as this machine's programs serve it."""

from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals

import redis

from tests.services.programs import program

NAME = "redis"
PROGRAM = "redis-server"
PACKAGE = "redis-server"
OWNER = ""
STOPS_ON: Signals = SIGTERM
STOPS_AT_ONCE_ON: Signals = SIGKILL
STANDARD_URL = "redis://127.0.0.1:6379/0"
PORT = 16379
SECONDS_TO_GREET = 2
DURABLE = {"save": "", "appendonly": "no"}  # nothing that was acknowledged is here alone
RELAXED = DURABLE


def make(_data: Path, _owner: str | None) -> None:
    """It makes its own."""


def command(data: Path, port: int, settings: dict[str, str]) -> list[str]:
    told = {"dir": str(data), "bind": "127.0.0.1", "port": str(port), **settings}
    said = [part for name, value in told.items() for part in (f"--{name}", value)]
    return [program(PROGRAM, PACKAGE), *said]


def url(port: int) -> str:
    return f"redis://127.0.0.1:{port}/0"


def version(url: str) -> str:
    """What answers there, in words. Raises `redis.RedisError`."""
    with redis.Redis.from_url(
        url, socket_timeout=SECONDS_TO_GREET, socket_connect_timeout=SECONDS_TO_GREET
    ) as client:
        told: dict[str, str] = client.info("server")
    return f"Redis {told['redis_version']}"
