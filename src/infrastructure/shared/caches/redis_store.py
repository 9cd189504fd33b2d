"""A store in Redis, which all processes share; and no request waits long for it."""

from asyncio import timeout
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from structlog import get_logger

from infrastructure.shared.caches.stores import StoreAway

PATIENCE_SECONDS = 0.05
"""A database answers in less: whoever waits longer for a copy is better off without."""
REST_SECONDS = 1.0
MOST_CONNECTIONS = 4
"""Each is for one question at a time, which takes a tenth of a millisecond."""
ADD = """
local added = {}
for i, key in ipairs(KEYS) do
  local kind = redis.call('TYPE', key).ok
  if kind ~= 'string' and kind ~= 'none' then redis.call('DEL', key) end
  if redis.call('SET', key, ARGV[i + 1], 'NX', 'PX', ARGV[1]) then added[#added + 1] = i end
end
return added
"""
SWAP = """
local swapped = {}
for i, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[2 * i] then
    redis.call('SET', key, ARGV[2 * i + 1], 'PX', ARGV[1])
    swapped[#swapped + 1] = i
  end
end
return swapped
"""
log = get_logger(__name__)


class Rest:
    """Leaves alone for a while who did not answer; then one asks, for all, whether he is back."""

    def __init__(self, patience_seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._patience, self._clock = patience_seconds, clock
        self._until: float | None = None

    @asynccontextmanager
    async def unless_away(self) -> AsyncIterator[None]:
        """Raises `StoreAway` at once while it rests, and when patience ends."""
        if self._until is not None:
            if self._clock() < self._until:
                raise StoreAway
            self._begin()  # for all others, until this one knows
        try:
            async with timeout(self._patience):
                yield
        except (RedisError, OSError) as failure:  # a TimeoutError is an OSError
            if self._until is None:
                log.warning("store away", because=type(failure).__name__)
            self._begin()
            raise StoreAway from failure
        if self._until is not None:
            log.info("store back")
            self._until = None

    def _begin(self) -> None:
        self._until = self._clock() + REST_SECONDS


class RedisStore:
    """One Redis, not a cluster: several keys are read and written at once."""

    def __init__(self, url: str, patience_seconds: float = PATIENCE_SECONDS) -> None:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=MOST_CONNECTIONS,  # and wait for one, or the pool raises when all are out
            retry=Retry(NoBackoff(), 0),
            protocol=2,  # with nothing to agree on first, a new connection is as quick as a question
            driver_info=None,
        )
        self._redis: Redis = Redis(connection_pool=pool)
        self._rest = Rest(patience_seconds)
        self._add, self._swap = map(self._redis.register_script, (ADD, SWAP))

    async def get(self, keys: Collection[str]) -> dict[str, bytes]:
        if not keys:
            return {}
        async with self._rest.unless_away():
            found: list[Any] = await self._redis.mget(list(keys))
        pairs = zip(keys, found, strict=True)
        return {key: content for key, content in pairs if content is not None}

    async def add(self, entries: Mapping[str, bytes], seconds: float) -> set[str]:
        if not entries:
            return set()
        keys = list(entries)
        async with self._rest.unless_away():
            added = await self._add(keys, [_milliseconds(seconds), *entries.values()])
        return {keys[number - 1] for number in added}

    async def swap(self, entries: Mapping[str, tuple[bytes, bytes]], seconds: float) -> set[str]:
        if not entries:
            return set()
        keys = list(entries)
        contents = [content for pair in entries.values() for content in pair]
        async with self._rest.unless_away():
            swapped = await self._swap(keys, [_milliseconds(seconds), *contents])
        return {keys[number - 1] for number in swapped}

    async def drop(self, keys: Collection[str]) -> None:
        if keys:
            async with self._rest.unless_away():
                await self._redis.unlink(*keys)

    async def close(self) -> None:
        await self._redis.aclose()
        await self._redis.connection_pool.aclose()


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))
