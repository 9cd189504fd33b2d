from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines import EVERY_DAY, KINDS, seldom
from tests.faults.shop import Shop


@pytest.fixture(params=seldom(KINDS, but=EVERY_DAY))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def shop(stocked_url: str, tmp_path: Path) -> Iterator[Shop]:
    """The demo shop, to be broken."""
    with Shop(tmp_path, stocked_url).opened() as shop:
        yield shop
