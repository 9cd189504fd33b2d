"""A real replica of a private PostgreSQL, whose replay can be held."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from time import monotonic, sleep
from types import SimpleNamespace
from typing import Any, cast

import psutil
import psycopg
from sqlalchemy import make_url

from tests.private_servers import a_postgresql
from tests.services import postgresql
from tests.services.kinds import Kind
from tests.services.programs import done, program
from tests.services.server import Server
from tests.services.temporary import a_server, memory

SECONDS = 20.0


class Pair:
    """A primary and its replica."""

    def __init__(self, primary: Server, standby: Server) -> None:
        self.primary, self.standby = primary, standby

    def url(self, database: str = "postgres") -> str:
        return _url(self.primary.url, database)

    def read_url(self, database: str = "postgres") -> str:
        return _url(self.standby.url, database)

    def tell(self, server: Server, statement: str, *parameters: Any) -> Any:
        """The first column of the first row."""
        plain = make_url(server.url).set(drivername="postgresql")
        with psycopg.connect(plain.render_as_string(), autocommit=True) as connection:
            rows = connection.execute(statement.encode(), parameters)
            return rows.fetchone()[0] if rows.description else None  # type: ignore[index]

    def wait_until_replayed(self) -> None:
        """All that is committed is known to the replica."""
        written = self.tell(self.primary, "SELECT pg_current_wal_lsn()::text")
        asked = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
        until = monotonic() + SECONDS
        while not self.tell(self.standby, asked, written):
            assert monotonic() < until, self.standby.said()
            sleep(0.01)

    @contextmanager
    def held(self) -> Iterator[None]:
        """The replica stays as it is now."""
        self.wait_until_replayed()
        self.tell(self.standby, "SELECT pg_wal_replay_pause()")
        until = monotonic() + SECONDS
        while self.tell(self.standby, "SELECT pg_get_wal_replay_pause_state()") != "paused":
            assert monotonic() < until
            sleep(0.01)
        try:
            yield
        finally:
            self.tell(self.standby, "SELECT pg_wal_replay_resume()")
        self.wait_until_replayed()

    @contextmanager
    def silent(self) -> Iterator[None]:
        """The replica is there, and says nothing."""
        assert self.standby.pid
        parent = psutil.Process(self.standby.pid)
        family = [parent, *parent.children(recursive=True)]
        for process in family:
            process.send_signal(SIGSTOP)
        try:
            yield
        finally:
            for process in family:
                process.send_signal(SIGCONT)


@contextmanager
def a_pair() -> Iterator[Pair]:
    with a_postgresql() as primary:
        made = {**vars(postgresql), "make": partial(_copied, primary)}
        with a_server(cast(Kind, SimpleNamespace(**made)), place=memory()) as standby:
            yield Pair(primary, standby)


def _copied(primary: Server, data: Path, owner: str | None) -> None:
    copy = program("pg_basebackup", postgresql.PACKAGE)
    at = make_url(primary.url)
    whence = ("-h", at.host, "-p", at.port, "-U", at.username)
    how = ("--write-recovery-conf", "--checkpoint=fast", "--wal-method=stream", "--no-sync")
    done([copy, *whence, *how, "-D", data], owner, data.parent)


def _url(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)
