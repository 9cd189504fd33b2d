from asyncio import run
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings
from infrastructure.shared.migrations.tables import migrate
from tests.conftest import a_shop
from tests.reads.standby import Pair, a_mariadb_pair, a_postgresql_pair

PAIRS = {"postgresql": a_postgresql_pair, "mariadb": a_mariadb_pair}
THOROUGH = pytest.param("mariadb", marks=pytest.mark.thorough)


@pytest.fixture(scope="session", params=["postgresql", THOROUGH])
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """A primary with the tables of a shop in it, and its replica, which is there and replays: tests
    clear up after themselves.
    """
    with PAIRS[request.param]() as pair:
        run(migrate(Settings(**a_shop(Path(), database_url=pair.url))))
        pair.wait_until_replayed()
        yield pair


@pytest.fixture
def settings(pair: Pair, tmp_path: Path) -> dict[str, Any]:
    """A shop whose replica may be as far behind as it likes."""
    urls = {"database_url": pair.url, "read_database_url": pair.read_url}
    return a_shop(tmp_path, **urls, read_lag_seconds=3600)
