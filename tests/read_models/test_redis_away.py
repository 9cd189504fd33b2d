"""Redis that is killed, hangs or is late while many read: they go on, and see nothing old."""

import os
from asyncio import Event, TaskGroup, sleep, timeout
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from signal import SIGCONT, SIGSTOP
from time import perf_counter

import pytest
from structlog.testing import capture_logs

from infrastructure.shared.caches.redis_store import PATIENCE_SECONDS, RedisStore
from infrastructure.shared.caches.stores import StoreAway
from tests.read_models.builders import Source, a_model
from tests.read_models.conftest import in_redis
from tests.read_models.late_line import late_line
from tests.services.server import Server

WORDS = {f"word{number}": f"of {number}" for number in range(50)}
READERS = 20
LONGEST_SECONDS = 10 * PATIENCE_SECONDS
"""A request that meets a Redis which answers no more waits for it once; the rest is this machine."""


@dataclass
class Crowd:
    """Reads all the time, each its own words; knows how long that took, and what was wrong."""

    source: Source
    store: RedisStore
    seconds: list[float] = field(default_factory=list)
    wrong: list[object] = field(default_factory=list)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        words, done = a_model(self.source, self.store), Event()

        async def read(first: int) -> None:
            names = [f"word{(first + n) % len(WORDS)}" for n in range(3)]
            while not done.is_set():
                begun = perf_counter()
                found = await words.find(names)
                self.seconds.append(perf_counter() - begun)
                if found != {name: self.source.words[name] for name in names}:
                    self.wrong.append(found)
                await sleep(0)

        async with TaskGroup() as readers:
            for number in range(READERS):
                readers.create_task(read(number))
            await self.more()
            yield
            await self.more()
            done.set()

    async def more(self) -> None:
        """Wait until they have read much more."""
        enough = len(self.seconds) + 20 * READERS
        async with timeout(60):
            while len(self.seconds) < enough:  # noqa: ASYNC110  # an event for each read would slow it down
                await sleep(0.01)

    async def rebuilt(self) -> None:
        """Wait until nobody asks the source for anything any more."""
        asked = -1
        async with timeout(60):
            while asked != (asked := self.source.asked.total()):
                await self.more()

    def p99(self) -> float:
        return sorted(self.seconds)[len(self.seconds) * 99 // 100]


@pytest.fixture
async def crowd(own_redis: Server) -> AsyncIterator[Crowd]:
    async with in_redis(own_redis.url) as store:
        yield Crowd(Source(**WORDS), store)


async def test_redis_is_killed_and_comes_back_empty(crowd: Crowd, own_redis: Server) -> None:
    with capture_logs() as logs:
        async with crowd.reading():
            own_redis.kill()
            await crowd.more()
            asked_without = crowd.source.asked.total()
            await crowd.more()
            assert crowd.source.asked.total() > asked_without
            own_redis.start()
            await back(crowd.store)
            await crowd.rebuilt()

    assert crowd.wrong == []
    assert crowd.p99() < LONGEST_SECONDS
    assert [line["event"] for line in logs][:2] == ["store away", "store back"]


async def test_redis_hangs_and_what_changes_meanwhile_is_not_shown_old(
    crowd: Crowd, own_redis: Server
) -> None:
    assert own_redis.pid
    words = a_model(crowd.source, crowd.store)
    with capture_logs():
        async with crowd.reading():
            os.kill(own_redis.pid, SIGSTOP)
            try:
                await crowd.more()
                assert (await words.find(["word1"])) == {"word1": "of 1"}
                crowd.source.words["other"] = "new"
                await words.forget(["other"])
            finally:
                os.kill(own_redis.pid, SIGCONT)
            await back(crowd.store)
            crowd.source.words["other"] = "newer"
            assert await words.find(["other"]) == {"other": "newer"}

    assert crowd.wrong == []
    assert crowd.p99() < LONGEST_SECONDS


async def test_redis_is_late_and_no_answer_is_taken_for_another(own_redis: Server) -> None:
    with capture_logs():
        async with late_line(own_redis.port) as line, in_redis(line.url) as store:
            crowd = Crowd(Source(**WORDS), store)
            async with crowd.reading():
                line.delay_seconds = 4 * PATIENCE_SECONDS
                await crowd.more()
                line.delay_seconds = PATIENCE_SECONDS * 0.9  # some are in time, and some are not
                await crowd.more()
                line.delay_seconds = 0
                await back(store)

    assert crowd.wrong == []
    assert crowd.p99() < LONGEST_SECONDS


async def test_who_does_not_answer_is_asked_by_one_and_not_for_a_while(own_redis: Server) -> None:
    async with in_redis(own_redis.url) as store:
        own_redis.kill()
        with capture_logs(), pytest.raises(StoreAway):
            await store.get(["tea"])

        begun = perf_counter()
        for _ in range(1000):
            with pytest.raises(StoreAway):
                await store.get(["tea"])

        assert perf_counter() - begun < 0.5


async def back(store: RedisStore) -> None:
    async with timeout(60):
        while True:
            try:
                await store.get(["anything"])
            except StoreAway:
                await sleep(0.05)
            else:
                return
