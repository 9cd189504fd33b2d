from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, TCPConnector

from tests.conftest import a_shop
from tests.journeys.shopper import Shopper
from tests.processes import Process, freestone, running

SECRET = "a secret that only testers know"


def open_shop(folder: Path, **more: object) -> dict[str, object]:
    """The settings of a shop that serves strangers, with the demo goods in its database."""
    settings = a_shop(folder, interop=True, simulation_secret=SECRET, **more)
    freestone("migrate", **settings)
    freestone("import", "demo/flower_shop", **settings)
    return settings


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Process]:
    with running(tmp_path / "log", **open_shop(tmp_path)) as process:
        yield process


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    async with ClientSession(connector=TCPConnector(limit=0)) as client:
        yield client


@pytest.fixture
def shopper(shop: Process, client: ClientSession) -> Shopper:
    return Shopper(client, f"{shop.url}/ucp/v1")
