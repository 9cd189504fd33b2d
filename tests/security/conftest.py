from collections.abc import AsyncIterator

import pytest

from tests.security.attacked import Attacked, an_attacked_shop


@pytest.fixture(scope="package")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Attacked]:
    """One for all tests: what they do there harms none of the others."""
    async with an_attacked_shop(tmp_path_factory.mktemp("attacked")) as shop:
        yield shop
