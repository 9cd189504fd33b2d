from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from shutil import copytree

import pytest
from aiohttp import ClientSession
from playwright.async_api import Browser

from tests.journeys.conftest import strangers
from tests.journeys.shopper import Shopper
from tests.pages.browser import Window, chromium, window
from tests.pages.shop import stock
from tests.processes import Process, running


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo shop with some more on its shelves: what is rare, and what means harm."""
    folder = tmp_path_factory.mktemp("stocked")
    stock(folder)
    return folder


@pytest.fixture(scope="module")
def shop(stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Served to all tests of a module."""
    folder = tmp_path_factory.mktemp("pages")
    copytree(stocked, folder, dirs_exist_ok=True)
    with running(folder / "log", **strangers(folder, shop_name="Fleur & Co")) as process:
        yield process


@pytest.fixture
def shopper(shop: Process, client: ClientSession) -> Shopper:
    return Shopper(client, f"{shop.url}/ucp/v1", is_trusting=True)


@pytest.fixture
async def buyer(browser: Browser) -> AsyncIterator[Window]:
    """A window with scripts switched off: nothing here needs them."""
    async with window(browser, java_script_enabled=False) as opened:
        yield opened
