"""A PostgreSQL database for the yardsticks: of a server begun for it, or of one that is named.

`BENCH_POSTGRESQL=postgresql://...` names a server; otherwise one is begun by this machine's programs.
Either way the database is new, and gone afterwards. fsync and synchronous_commit are on.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

from psycopg import connect, sql
from psycopg.conninfo import make_conninfo
from tests.services import postgresql
from tests.services.temporary import a_server

from bench.stock import LARGE

NAMED_BY = "BENCH_POSTGRESQL"


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
    """Raises `NotInstalled` and `Failed`."""
    if named := os.environ.get(NAMED_BY):
        with _created(named) as conninfo:
            yield Database(conninfo, None)
        return
    with a_server(postgresql, {**postgresql.DURABLE, **LARGE["postgresql"]}) as server:
        yield Database(postgresql.plain(server.url), server.pid)


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
