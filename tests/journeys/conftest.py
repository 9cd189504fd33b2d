from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.conftest import a_shop
from tests.journeys.shopper import Shopper
from tests.processes import Process, running

SECRET = "a secret that only testers know"


def strangers(folder: Path, **more: object) -> dict[str, object]:
    """The settings of a shop that serves strangers."""
    return a_shop(folder, interop=True, simulation_secret=SECRET, **more)


@pytest.fixture
def shop(stocked_url: str, tmp_path: Path) -> Iterator[Process]:
    """The demo shop, served."""
    with running(tmp_path / "log", **strangers(tmp_path, database_url=stocked_url)) as process:
        yield process


@pytest.fixture
def shopper(shop: Process, client: ClientSession) -> Shopper:
    return Shopper(client, f"{shop.url}/ucp/v1")
