"""A PostgreSQL database for the yardsticks: of a server begun for it, or of one that is named.

`BENCH_POSTGRESQL=postgresql://...` names a server; otherwise initdb and pg_ctl are looked for, and
a cluster of its own is made on a free port of loopback. Either way the database is new, and gone
afterwards. fsync and synchronous_commit are on.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory
from uuid import uuid4

from psycopg import connect, sql
from psycopg.conninfo import make_conninfo
from tests.processes import a_free_port

NAMED_BY = "BENCH_POSTGRESQL"
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/opt/postgresql*/bin", "/opt/*/postgresql*/bin")
SERVED_AS = "postgres"  # whom the server runs as where we are root, which it refuses to be


class NoPostgres(Exception):
    """There is no PostgreSQL to measure against; says what was looked for."""


@dataclass(frozen=True)
class Database:
    """`pid` is the server's, where it runs here."""

    conninfo: str
    pid: int | None

    def ask(self, query: str) -> list[tuple[object, ...]]:
        with connect(self.conninfo, autocommit=True) as connection:
            return connection.execute(query).fetchall()

    @property
    def version(self) -> str:
        ((told,),) = self.ask("SHOW server_version")
        return str(told).split()[0]


@contextmanager
def a_database() -> Iterator[Database]:
    """Raises `NoPostgres`."""
    if named := os.environ.get(NAMED_BY):
        with _created(named) as conninfo:
            yield Database(conninfo, None)
        return
    with _cluster() as (server, pid), _created(server) as conninfo:
        yield Database(conninfo, pid)


@contextmanager
def _created(server: str) -> Iterator[str]:
    """A database on this server that nobody else knows of."""
    name = f"freestone_bench_{uuid4().hex}"
    with connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield make_conninfo(server, dbname=name)
        finally:
            gone = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            connection.execute(gone)


@contextmanager
def _cluster() -> Iterator[tuple[str, int]]:
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    with TemporaryDirectory() as folder:
        data, port = Path(folder) / "data", a_free_port()
        if os.geteuid() == 0:
            shutil.chown(folder, SERVED_AS)
        _said(initdb, "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C")
        (data / "postgresql.auto.conf").write_text(_conf(folder, port))
        try:
            _said(pg_ctl, "-D", data, "-l", Path(folder) / "log", "-w", "start")
            pid = int((data / "postmaster.pid").read_text().split()[0])
            yield f"postgresql://bench@127.0.0.1:{port}/postgres", pid
        finally:
            _said(pg_ctl, "-D", data, "-m", "immediate", "-w", "stop", check=False)


def _conf(folder: str, port: int) -> str:
    return f"""
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
shared_buffers = 256MB
fsync = on
synchronous_commit = on
full_page_writes = on
"""


def _program(name: str) -> str:
    places = [str(place) for pattern in PLACES for place in Path("/").glob(pattern[1:])]
    path = os.pathsep.join([os.environ.get("PATH", ""), *sorted(places, reverse=True)])
    if found := shutil.which(name, path=path):
        return found
    raise NoPostgres(f"neither {name} was found nor does {NAMED_BY} name a server")


def _said(*command: object, check: bool = True) -> None:
    # what is begun here must not hold our pipes open
    as_another = ["runuser", "-u", SERVED_AS, "--"] if os.geteuid() == 0 else []
    told = [*as_another, *map(str, command)]
    done = run(told, capture_output=True, text=True, check=False, cwd="/")  # noqa: S603  # PostgreSQL's own
    if check and done.returncode != 0:
        raise NoPostgres(done.stderr.strip() or done.stdout.strip())
