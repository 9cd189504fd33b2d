from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from shutil import copytree

import pytest
from aiohttp import ClientSession, TCPConnector

from tests.faults.shop import Shop
from tests.journeys.conftest import open_shop


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo shop's database, as it was before anybody bought anything."""
    folder = tmp_path_factory.mktemp("stocked")
    open_shop(folder)
    return folder


@pytest.fixture
def shop(stocked: Path, tmp_path: Path) -> Iterator[Shop]:
    copytree(stocked, tmp_path, dirs_exist_ok=True)
    with Shop(tmp_path).opened() as shop:
        yield shop


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    async with ClientSession(connector=TCPConnector(limit=0)) as client:
        yield client
