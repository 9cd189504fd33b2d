from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from shutil import copytree

import pytest
from aiohttp import ClientSession

from tests.journeys.conftest import strangers
from tests.pages.account.browsing import Browsing, without_jar
from tests.pages.account.people import Letters, People, identity_of
from tests.processes import Process, running


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Letters:
    return Letters(tmp_path_factory.mktemp("letters"))


@pytest.fixture(scope="module")
def shop(
    stocked: Path, letters: Letters, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Process]:
    """Served to all tests of a module. Its letters are files."""
    folder = tmp_path_factory.mktemp("pages")
    copytree(stocked, folder, dirs_exist_ok=True)
    settings = strangers(folder, shop_name="Fleur & Co", mail_url=letters.folder.as_uri())
    with running(folder / "log", **settings) as process:
        yield process


@pytest.fixture
async def people(shop: Process, letters: Letters) -> AsyncIterator[People]:
    async with ClientSession(shop.internal_url) as inside:
        yield People(identity_of(inside), letters, f"{shop.url}/ucp/v1")


@pytest.fixture
async def browsing(shop: Process) -> AsyncIterator[Browsing]:
    async with without_jar() as client:
        yield Browsing(client, shop.url)
