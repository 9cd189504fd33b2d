"""A database server that ends in the middle of a load, and comes back: no order is lost.

Whoever buys is told to come again later, at worst.
"""

from asyncio import to_thread
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from sqlalchemy import make_url, text

from app.settings import Settings
from infrastructure.shared.migrations.tables import migrate
from tests.engines import asked
from tests.faults.crowd import Crowd
from tests.faults.shop import Shop
from tests.journeys.reconcile import mistakes
from tests.journeys.shopper import Shopper
from tests.journeys.waiting import wait_for
from tests.private_servers import a_mariadb, a_postgresql
from tests.processes import freestone
from tests.services.server import Server

BUYERS, ORDERS = 8, 10
SERVERS = {"postgresql": a_postgresql, "mariadb": a_mariadb}
CREATE = {
    "postgresql": "CREATE DATABASE shop",
    "mariadb": "CREATE DATABASE shop CHARACTER SET utf8mb4",
}
SELDOM = pytest.mark.thorough


@pytest.fixture(params=["postgresql", pytest.param("mariadb", marks=SELDOM)])
def database(request: pytest.FixtureRequest) -> Iterator[Server]:
    with SERVERS[request.param]() as server:
        yield server


@pytest.fixture
async def shop(database: Server, tmp_path: Path) -> AsyncIterator[Shop]:
    shop = Shop(tmp_path, a_database_of(database))
    await migrate(Settings(**shop.settings))
    freestone("import", "demo/flower_shop", **shop.settings)
    with shop.opened():
        yield shop


def a_database_of(server: Server) -> str:
    at = asked(server.url).execution_options(isolation_level="AUTOCOMMIT")
    with at.connect() as connection:
        connection.execute(text(CREATE[server.kind.NAME]))
    return make_url(server.url).set(database="shop").render_as_string(hide_password=False)


@pytest.mark.thorough
@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=SELDOM)])
async def test_no_order_is_lost_with_its_database(
    shop: Shop, database: Server, client: ClientSession, workers: int
) -> None:
    server = shop.served(workers=workers)
    crowd = Crowd(Shopper(client, f"{server.url}/ucp/v1", is_trusting=True))
    crowd.come(BUYERS)
    await crowd.has_bought(ORDERS)

    await to_thread(database.stop_immediately)
    await wait_for("a buyer who is sent away", lambda: crowd.busy)
    await to_thread(database.start)

    await crowd.has_bought(ORDERS)
    await crowd.leave()
    assert (crowd.worse, crowd.broken) == ([], 0)
    books, orders = shop.books, len(crowd.placed)
    await wait_for("the books to agree", lambda: mistakes(books, orders=orders) == [])
