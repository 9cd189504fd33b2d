"""The engines that tests run on, and databases there: this run's own, and none is left behind."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from shutil import copyfile
from typing import Any

import pytest
from sqlalchemy import (
    Connection,
    Engine,
    Table,
    create_engine,
    literal,
    make_url,
    select,
    text,
    union_all,
)
from sqlalchemy.pool import NullPool

from tests.left_out import leave_out
from tests.services.finding import url_of

KINDS = ("sqlite", "postgresql", "mariadb")
EVERY_DAY = ("sqlite", "postgresql")
"""Those that what starts processes is tested on every day; on the others in `make faults`."""
ALWAYS_THERE = {"postgresql": "postgres", "mariadb": "mysql"}
HOW = {
    "postgresql": "TEMPLATE template0 ENCODING 'UTF8'",
    "mariadb": "CHARACTER SET utf8mb4",
}
DRIVERS = {
    "sqlite": ("aiosqlite", "pysqlite"),
    "postgresql": ("psycopg", "psycopg"),
    "mariadb": ("asyncmy", "pymysql"),
}


def only(*kinds: Any) -> pytest.MarkDecorator:
    """For what is about these engines alone."""
    return pytest.mark.parametrize("kind", kinds, indirect=True)


def seldom(kinds: Sequence[Any], *, but: Sequence[Any]) -> list[Any]:
    """All of these for `make faults`, and but these few for every day."""
    return [one if one in but else pytest.param(one, marks=pytest.mark.thorough) for one in kinds]


def sqlite_in(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder}/shop.db"


def asked(url: str) -> Engine:
    """An engine for a test's own questions: it keeps no line open."""
    parts = make_url(url)
    kind = parts.get_backend_name()
    named = parts.set(drivername=f"{kind}+{DRIVERS[kind][1]}")
    is_sqlite = kind == "sqlite"
    return create_engine(
        named, poolclass=NullPool, connect_args={"timeout": 10} if is_sqlite else {}
    )


def served(kind: str) -> str:
    """The server that tests find; without one, the test is left out."""
    return url_of(kind) or leave_out(kind, "make services starts one")


class Databases:
    """Makes databases, and drops what is left of them."""

    def __init__(self, server: Callable[[str], str]) -> None:
        self._server = server
        self._made: dict[str, str] = {}  # URL: kind

    def make(self, kind: str, folder: Path, how: str | None = None) -> str:
        """The URL of a new database, with nothing in it. SQLite's is in the folder."""
        if kind == "sqlite":
            return sqlite_in(folder)
        name = f"freestone_test_{os.getpid()}_{token_hex(4)}"
        return self._created(kind, name, how or HOW[kind])

    def copy(self, url: str, folder: Path) -> str:
        """The URL of a new database with all that is in this one, which nobody uses just now."""
        kind = make_url(url).get_backend_name()
        if kind == "postgresql":
            name = f"freestone_test_{os.getpid()}_{token_hex(4)}"
            return self._created(kind, name, f"TEMPLATE {make_url(url).database}")
        copied = self.make(kind, folder)
        if kind == "sqlite":
            copyfile(str(make_url(url).database), str(make_url(copied).database))
        else:
            with asked(copied).begin() as connection:
                _copy_tables(connection, str(make_url(url).database))
        return copied

    def drop(self, url: str) -> None:
        """Whoever still uses it loses it."""
        if kind := self._made.pop(url, None):
            force = " WITH (FORCE)" if kind == "postgresql" else ""
            self._administer(kind, f"DROP DATABASE {make_url(url).database}{force}")

    def drop_all(self) -> None:
        for url in list(self._made):
            self.drop(url)

    def _created(self, kind: str, name: str, how: str) -> str:
        self._administer(kind, f"CREATE DATABASE {name} {how}")
        parts = make_url(self._server(kind)).set(
            database=name, drivername=f"{kind}+{DRIVERS[kind][0]}"
        )
        url = parts.render_as_string(hide_password=False)
        self._made[url] = kind
        return url

    def _administer(self, kind: str, command: str) -> None:
        url = make_url(self._server(kind)).set(database=ALWAYS_THERE[kind])
        told = url.render_as_string(hide_password=False)
        engine = asked(told).execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(command))


def emptied(connection: Connection, tables: list[Table]) -> None:
    """Take out all rows of these tables, which are in the order in which they need one another."""
    is_filled = [
        select(literal(table.name)).where(select(literal(1)).select_from(table).exists())
        for table in tables
    ]
    filled = set(connection.execute(union_all(*is_filled)).scalars())
    for table in reversed(tables):
        if table.name in filled:
            connection.execute(table.delete())
    connection.commit()


@contextmanager
def databases(server: Callable[[str], str] = served) -> Iterator[Databases]:
    """On the server of each kind that tests find, unless another is named."""
    made = Databases(server)
    try:
        yield made
    finally:
        made.drop_all()


def _copy_tables(connection: Connection, source: str) -> None:
    """MariaDB has no templates."""
    connection.execute(text("SET foreign_key_checks = 0"))
    for name in connection.execute(text(f"SHOW TABLES FROM {source}")).scalars().all():
        made = connection.execute(text(f"SHOW CREATE TABLE {source}.{name}")).one()[1]
        connection.exec_driver_sql(made.replace("%", "%%"))
        connection.execute(text(f"INSERT INTO {name} SELECT * FROM {source}.{name}"))  # noqa: S608
