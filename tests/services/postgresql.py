"""PostgreSQL, as this machine's programs serve it."""

from pathlib import Path
from signal import SIGINT, SIGQUIT, Signals

import psycopg
from sqlalchemy import make_url

from tests.services.programs import done, program

NAME = "postgresql"
PROGRAM = "postgres"
PACKAGE = "postgresql"
OWNER = "postgres"
STOPS_ON: Signals = SIGINT  # "fast": whoever is connected is sent away
STOPS_AT_ONCE_ON: Signals = SIGQUIT  # "immediate": recovers from its log at the next start
STANDARD_URL = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
PORT = 15432
SECONDS_TO_GREET = 2
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
RELAXED = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "256MB"}
"""What was committed survives the end of the server, at whatever line, and not of the machine."""


def make(data: Path, owner: str | None) -> None:
    initdb = program("initdb", PACKAGE)
    how = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    done([initdb, "-D", data, *how], owner, data.parent)


def command(data: Path, port: int, settings: dict[str, str]) -> list[str]:
    told = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",  # a path may be longer than a socket's name
        "dynamic_shared_memory_type": "mmap",  # kept in its folder, and gone with it after a kill -9
        "max_connections": "300",
        **settings,
    }
    said = [part for name, value in told.items() for part in ("-c", f"{name}={value}")]
    return [program(PROGRAM, PACKAGE), "-D", str(data), *said]


def url(port: int) -> str:
    return f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"


def version(url: str) -> str:
    """What answers there, in words. Raises `psycopg.Error`."""
    with psycopg.connect(plain(url), connect_timeout=SECONDS_TO_GREET) as connection:
        number = connection.info.server_version
    return f"PostgreSQL {number // 10_000}.{number % 10_000}"


def plain(url: str) -> str:
    """As PostgreSQL's own programs take it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
