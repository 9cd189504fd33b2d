from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from tests.faults.shop import Shop


@pytest.fixture
def shop(stocked: Path, tmp_path: Path) -> Iterator[Shop]:
    """The demo shop, to be broken."""
    copytree(stocked, tmp_path, dirs_exist_ok=True)
    with Shop(tmp_path).opened() as shop:
        yield shop
