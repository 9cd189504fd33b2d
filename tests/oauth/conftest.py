from collections.abc import AsyncIterator

import pytest

from tests.engines import KINDS, Databases, seldom
from tests.oauth.shop import Client, Shop, a_served_shop


@pytest.fixture(scope="package", params=seldom(KINDS, but=("sqlite",)))
async def shop(
    request: pytest.FixtureRequest, made: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Shop]:
    """One for all tests: what they grant and revoke is their own."""
    folder = tmp_path_factory.mktemp("oauth")
    async with a_served_shop(folder, database_url=made.make(request.param, folder)) as shop:
        yield shop


@pytest.fixture
def platform(shop: Shop) -> Client:
    return shop.clients["platform"]
