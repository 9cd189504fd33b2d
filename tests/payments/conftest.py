from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.payments.builders import Desk, a_desk


@pytest.fixture
def desk(engine: AsyncEngine, tmp_path: Path) -> Iterator[Desk]:
    desk = a_desk(engine, tmp_path)
    yield desk
    desk.ledger.close()
