"""A shop on a server that is lost, and restored to a moment by what docs/backup.md says."""

import os
from asyncio import to_thread
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree
from signal import SIGTERM
from subprocess import Popen
from tempfile import TemporaryDirectory

import pytest
from aiohttp import ClientSession
from sqlalchemy import make_url, select, text

from domain.shared.ids import public
from infrastructure.ordering.tables import orders
from tests.backup import document
from tests.backup.crowd import a_crowd
from tests.books.comparing import differing_at_provider, found_in
from tests.engines import asked
from tests.journeys.conftest import strangers
from tests.journeys.reconcile import rows
from tests.journeys.waiting import wait_for
from tests.private_servers import a_mariadb, a_postgresql
from tests.processes import Process, freestone
from tests.services.programs import give, serving_as
from tests.services.server import Server
from tests.services.temporary import memory

pytestmark = pytest.mark.thorough
SOON = {"recovery_seconds": 0.2, "lease_seconds": 2, "attempt_seconds": 1.5}


@dataclass
class Operator:
    """Gives the commands of the document, next to a server that is theirs."""

    server: Server
    backups: Path

    @property
    def environment(self) -> dict[str, str]:
        programs = Path(self.server.kind.command(self.server.data, 0, {})[0]).resolve().parent
        return {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "HOME": str(self.backups),
            "BACKUPS": str(self.backups),
            "PGDATA": str(self.server.data),
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.server.port),
            "PGUSER": "postgres",
        }

    def give(self, command: str, **more: str) -> None:
        owner = self.server.kind.OWNER
        document.give(command, owner, self.backups, {**self.environment, **more})

    def introduce(self) -> None:
        """Tell programs of MariaDB who and where."""
        client = f"[client]\nhost=127.0.0.1\nport={self.server.port}\nuser=root\n"
        (self.backups / ".my.cnf").write_text(client)

    def begin(self, command: str) -> Popen[bytes]:
        owner = self.server.kind.OWNER
        return document.begin(command, owner, self.backups, self.environment)


@pytest.fixture
def backups() -> Iterator[Path]:
    """A folder that survives the server, and that its user may write to."""
    with TemporaryDirectory(prefix="freestone-", dir=memory()) as folder:
        place = Path(folder)
        place.chmod(0o711)
        for owner in ("postgres", "mysql"):
            (place / owner).mkdir()
            give(place / owner, serving_as(owner))
        yield place


@contextmanager
def a_shop_on(server: Server, folder: Path) -> Iterator[Process]:
    """The demo shop, not started yet."""
    with asked(server.url).execution_options(isolation_level="AUTOCOMMIT").connect() as one:
        one.execute(text("CREATE DATABASE freestone"))
    url = make_url(server.url).set(database="freestone").render_as_string(hide_password=False)
    process = Process({**strangers(folder, database_url=url), **SOON}, folder / "log")
    freestone("migrate", **process.settings)
    freestone("import", "demo/flower_shop", **process.settings)
    try:
        yield process
    finally:
        process.kill()


def orders_in(shop: Process) -> set[str]:
    return {public("ord", one) for (one,) in rows(shop.database, select(orders.c.order_id))}


async def noted_moment() -> datetime:
    """A whole second that has passed, of which everything so far is on this side."""
    moment = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
    await wait_for("the next second", lambda: datetime.now(UTC) > moment)
    return moment


async def is_as_it_was(shop: Process, before: list[str], placed: list[str]) -> None:
    """What was placed before that moment is there, the books agree, and the provider knows of all
    that was placed after it, and of nothing else that we do not.
    """
    assert set(before) <= orders_in(shop) < set(placed)
    shop.start()
    while found := await found_in(**shop.settings):
        assert set(found) <= {"under way", "stock_unallocated", "attempt_stalled"}
    surplus = await differing_at_provider(**shop.settings)
    assert {one.kind for one in surplus} == {"missing_here"}
    assert len(surplus) == len(set(placed) - orders_in(shop))


async def test_postgresql_goes_back_to_a_moment(
    backups: Path, tmp_path: Path, client: ClientSession
) -> None:
    place = backups / "postgres"
    base_backup, restore, wait = document.commands("PostgreSQL")
    configured = document.configured("PostgreSQL", place)
    (place / "wal").mkdir()
    give(place / "wal", serving_as("postgres"))
    with a_postgresql(**configured) as server, a_shop_on(server, tmp_path) as shop:
        operator = Operator(server, place)
        shop.start()
        async with a_crowd(shop, client) as crowd:
            await crowd.more(3)
            await to_thread(operator.give, base_backup)
            before = await crowd.more(3)
            moment = await noted_moment()
            await crowd.more(5)
        shop.kill()
        await archived(server)
        server.kill()
        rmtree(server.data)

        operator.give(restore, TIME=f"{moment:%Y-%m-%d %H:%M:%S}+00")
        server.start()
        operator.give(wait)

        await is_as_it_was(shop, before, crowd.placed)


async def archived(server: Server) -> None:
    """All that was committed is in the archive, as it is after at most a minute."""
    ((last,),) = rows(server.url, "SELECT pg_walfile_name(pg_switch_wal())")
    known = "SELECT coalesce(last_archived_wal >= :last, false) FROM pg_stat_archiver"
    await wait_for("the log in the archive", lambda: rows(server.url, known, last=last)[0][0])


async def test_mariadb_goes_back_to_a_moment(
    backups: Path, tmp_path: Path, client: ClientSession
) -> None:
    place = backups / "mysql"
    dump, follow, restore, *_ = document.commands("MariaDB")
    configured = document.configured("MariaDB", place)
    with a_mariadb(**configured) as server, a_shop_on(server, tmp_path) as shop:
        operator = Operator(server, place)
        operator.introduce()
        shop.start()
        async with a_crowd(shop, client) as crowd:
            await crowd.more(3)
            await to_thread(operator.give, dump)
            following = operator.begin(follow)
            before = await crowd.more(3)
            moment = await noted_moment()
            await crowd.more(5)
        shop.kill()
        await wait_for("the log", lambda: followed(server, place / "log"))
        os.killpg(following.pid, SIGTERM)
        following.communicate()
        server.kill()
        rmtree(server.folder)

        server.start()
        operator.give(restore, TIME=f"{moment:%Y-%m-%d %H:%M:%S}")

        await is_as_it_was(shop, before, crowd.placed)


def followed(server: Server, log: Path) -> bool:
    """Whether the log is kept as far as it was written."""
    ((name, place, *_),) = rows(server.url, "SHOW MASTER STATUS")
    kept = log / name
    return bool(kept.exists() and kept.stat().st_size >= place)
