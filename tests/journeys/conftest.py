from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.conftest import a_shop
from tests.engines import EVERY_DAY, KINDS, Databases, seldom
from tests.journeys.shopper import Shopper
from tests.processes import Process, freestone, running

SECRET = "a secret that only testers know"
MIXED = {
    "catalog": "sqlite",
    "customers": "mariadb",
    "fulfillment": "postgresql",
    "identity": "mariadb",
    "inventory": "mariadb",
    "notifications": "postgresql",
    "ordering": "postgresql",
    "payments": "postgresql",
    "pricing": "sqlite",
}
"""A database for each context, with its own tables and no others."""


def strangers(folder: Path, **more: object) -> dict[str, object]:
    """The settings of a shop that serves strangers."""
    return a_shop(folder, interop=True, simulation_secret=SECRET, **more)


@pytest.fixture(params=[*seldom(KINDS, but=EVERY_DAY), *seldom(["mixed"], but=())])
def kind(request: pytest.FixtureRequest) -> str:
    """Every engine, and all of them in one shop: two every day, the others in `make faults`."""
    return str(request.param)


@pytest.fixture(scope="session")
def stocked_mixed(
    made: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], dict[str, str]]:
    """Where the contexts of a demo shop keep what they keep, each for itself. To be copied."""
    kept: dict[str, str] = {}

    def stocked() -> dict[str, str]:
        if not kept:
            for context, engine in MIXED.items():
                url = made.make(engine, tmp_path_factory.mktemp(context))
                kept[f"{context}_database_url"] = url
            settings = a_shop(tmp_path_factory.mktemp("mixed"), **kept)
            freestone("migrate", **settings)
            freestone("import", "demo/flower_shop", **settings)
        return kept

    return stocked


@pytest.fixture
def kept(
    kind: str,
    stocked_on: Callable[[str], dict[str, Any]],
    stocked_mixed: Callable[[], dict[str, str]],
    made: Databases,
    tmp_path: Path,
) -> Iterator[dict[str, str]]:
    """Settings: where the demo shop keeps what it keeps, before anybody has bought anything."""
    url = "database_url"
    stocked = stocked_mixed() if kind == "mixed" else {url: stocked_on(kind)[url]}
    copied = {}
    for setting, url in stocked.items():
        (tmp_path / setting).mkdir()
        copied[setting] = made.copy(url, tmp_path / setting)
    yield copied
    for url in copied.values():
        made.drop(url)


@pytest.fixture
def shop(kept: dict[str, str], tmp_path: Path) -> Iterator[Process]:
    """The demo shop, served."""
    with running(tmp_path / "log", **strangers(tmp_path, **kept)) as process:
        yield process


@pytest.fixture
def shopper(shop: Process, client: ClientSession) -> Shopper:
    return Shopper(client, f"{shop.url}/ucp/v1")
