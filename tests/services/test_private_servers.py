"""Servers of a test's own: they end as told, and keep what was committed."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from redis import Redis
from sqlalchemy import Column, Connection, Integer, MetaData, Table, create_engine, make_url
from sqlalchemy.schema import CreateSchema

from tests.private_servers import a_mariadb, a_postgresql, a_redis
from tests.services.finding import serves
from tests.services.server import Server

DRIVERS = {"postgresql": "psycopg", "mariadb": "pymysql"}


@pytest.fixture(scope="module", params=[a_postgresql, a_mariadb])
def database(request: pytest.FixtureRequest) -> Iterator[Server]:
    begin: Callable[[], AbstractContextManager[Server]] = request.param
    with begin() as server:
        yield server


@contextmanager
def asking(server: Server) -> Iterator[Connection]:
    name = server.kind.NAME
    engine = create_engine(make_url(server.url).set(drivername=f"{name}+{DRIVERS[name]}"))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


@pytest.mark.parametrize("end", [Server.stop, Server.stop_immediately, Server.kill])
def test_what_was_committed_survives_its_end(
    database: Server, end: Callable[[Server], None]
) -> None:
    kept = Table("kept", MetaData(schema=end.__name__), Column("id", Integer))
    with asking(database) as connection:
        connection.execute(CreateSchema(end.__name__))
        kept.create(connection)
        connection.execute(kept.insert().values(id=7))

    end(database)
    was_away = not serves(database.kind.NAME, database.url)
    database.start()

    assert was_away
    with asking(database) as connection:
        assert list(connection.execute(kept.select()).scalars()) == [7]


def test_it_is_told_what_the_test_wants() -> None:
    with a_redis(maxmemory="1mb") as server, Redis.from_url(server.url) as client:
        assert client.config_get("maxmemory") == {"maxmemory": "1048576"}


def test_nothing_of_it_is_left_behind() -> None:
    with a_redis() as server:
        pid = server.pid

    assert pid
    assert server.pid is None
    assert not server.folder.parent.exists()
