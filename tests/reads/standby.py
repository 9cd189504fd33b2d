"""Real replicas of private servers, whose replay can be held."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from time import monotonic, sleep
from types import SimpleNamespace
from typing import Any, cast

import psutil
from sqlalchemy import make_url, text

from tests.engines import asked
from tests.private_servers import a_mariadb, a_postgresql
from tests.services import postgresql
from tests.services.kinds import Kind
from tests.services.programs import done, program
from tests.services.server import Server
from tests.services.temporary import a_server, memory

SECONDS = 60.0
SHOP = "shop"


@dataclass(frozen=True)
class Words:
    """How an engine is asked how far it is, and told to wait."""

    written: str
    has_replayed: str
    hold: str
    is_held: str
    resume: str
    is_copy: str
    line: str
    cut: str


POSTGRESQL = Words(
    written="SELECT pg_current_wal_lsn()::text",
    has_replayed="SELECT pg_last_wal_replay_lsn() >= CAST(:written AS pg_lsn)",
    hold="SELECT pg_wal_replay_pause()",
    is_held="SELECT pg_get_wal_replay_pause_state() = 'paused'",
    resume="SELECT pg_wal_replay_resume()",
    is_copy="SELECT pg_is_in_recovery()",
    line="SELECT pg_backend_pid()",
    cut="SELECT pg_terminate_backend(:line)",
)
MARIADB = Words(
    written="SELECT @@gtid_binlog_pos",
    has_replayed="SELECT MASTER_GTID_WAIT(:written, 0.1) = 0",
    hold="STOP SLAVE SQL_THREAD",
    is_held="SELECT 1",
    resume="START SLAVE SQL_THREAD",
    is_copy="SELECT @@server_id = 2",
    line="SELECT CONNECTION_ID()",
    cut="KILL :line",
)


@dataclass(frozen=True)
class Pair:
    """A primary and its replica, and an empty database for a shop there."""

    primary: Server
    standby: Server
    words: Words

    @property
    def url(self) -> str:
        return _url(self.primary, SHOP)

    @property
    def read_url(self) -> str:
        return _url(self.standby, SHOP)

    def wait_until_replayed(self) -> None:
        """All that is committed is known to the replica."""
        written = tell(self.primary, self.words.written)
        self._wait_for(lambda: tell(self.standby, self.words.has_replayed, written=written))

    @contextmanager
    def held(self) -> Iterator[None]:
        """The replica stays as it is now."""
        self.wait_until_replayed()
        tell(self.standby, self.words.hold)
        self._wait_for(lambda: tell(self.standby, self.words.is_held))
        try:
            yield
        finally:
            tell(self.standby, self.words.resume)
        self.wait_until_replayed()

    @contextmanager
    def silent(self) -> Iterator[None]:
        """The replica is there, and says nothing."""
        parent = psutil.Process(self.standby.pid)
        family = [parent, *parent.children(recursive=True)]
        for process in family:
            process.send_signal(SIGSTOP)
        try:
            yield
        finally:
            for process in family:
                process.send_signal(SIGCONT)

    def _wait_for(self, holds: Callable[[], Any]) -> None:
        until = monotonic() + SECONDS
        while not holds():
            assert monotonic() < until, self.standby.said()
            sleep(0.01)


def tell(server: Server, statement: str, **parameters: Any) -> Any:
    """What stands first in the answer, if there is one."""
    database = "postgres" if server.kind.NAME == "postgresql" else "mysql"
    engine = asked(_url(server, database)).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        told = connection.execute(text(statement), parameters)
        return told.scalar() if told.returns_rows else None


@contextmanager
def a_postgresql_pair() -> Iterator[Pair]:
    with a_postgresql() as primary:
        tell(primary, f"CREATE DATABASE {SHOP}")
        made = {**vars(postgresql), "make": partial(_copied, primary)}
        with a_server(cast(Kind, SimpleNamespace(**made)), place=memory()) as standby:
            yield Pair(primary, standby, POSTGRESQL)


def _copied(primary: Server, data: Path, owner: str | None) -> None:
    copy = program("pg_basebackup", postgresql.PACKAGE)
    at = make_url(primary.url)
    whence = ("-h", at.host, "-p", at.port, "-U", at.username)
    how = ("--write-recovery-conf", "--checkpoint=fast", "--wal-method=stream", "--no-sync")
    done([copy, *whence, *how, "-D", data], owner, data.parent)


@contextmanager
def a_mariadb_pair() -> Iterator[Pair]:
    with a_mariadb(log_bin="bin", server_id="1") as primary, a_mariadb(server_id="2") as standby:
        at = make_url(primary.url)
        tell(
            standby,
            f"CHANGE MASTER TO master_host = '{at.host}', master_port = {at.port}, "
            f"master_user = '{at.username}', master_use_gtid = slave_pos",
        )
        tell(standby, "START SLAVE")
        tell(primary, f"CREATE DATABASE {SHOP} CHARACTER SET utf8mb4")
        yield Pair(primary, standby, MARIADB)


def _url(server: Server, database: str) -> str:
    return make_url(server.url).set(database=database).render_as_string(hide_password=False)
