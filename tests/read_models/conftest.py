from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from redis import Redis

from infrastructure.shared.caches.redis_store import PATIENCE_SECONDS, RedisStore
from infrastructure.shared.caches.stores import InProcessStore, Store
from tests.private_servers import a_redis
from tests.services.server import Server

PATIENT_SECONDS = 10.0
"""What is not about time should not fail for want of it."""


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Server]:
    """One for all tests that leave it as it is, but for what is in it."""
    with a_redis() as server:
        yield server


@pytest.fixture
def own_redis() -> Iterator[Server]:
    """One to be stopped and killed."""
    with a_redis() as server:
        yield server


@pytest.fixture
def inside(redis_server: Server) -> Iterator[Redis]:
    """What is in it, to be looked at and spoilt; nothing at first."""
    with Redis.from_url(redis_server.url) as client:
        client.flushall()
        yield client


@pytest.fixture
async def redis_store(redis_server: Server, inside: Redis) -> AsyncIterator[RedisStore]:
    assert inside.dbsize() == 0
    async with in_redis(redis_server.url, PATIENT_SECONDS) as store:
        yield store


@pytest.fixture(params=["in process", "redis"])
def store(request: pytest.FixtureRequest) -> Store:
    """The same promises, wherever it is kept."""
    if request.param == "redis":
        kept: Store = request.getfixturevalue("redis_store")
        return kept
    return InProcessStore()


@asynccontextmanager
async def in_redis(
    url: str, patience_seconds: float = PATIENCE_SECONDS
) -> AsyncIterator[RedisStore]:
    store = RedisStore(url, patience_seconds)
    yield store
    await store.close()
