"""Copies of what a database holds: one load for a crowd, and none that is older than it may be."""

from asyncio import CancelledError, create_task, gather, timeout

import pytest
from redis import Redis
from structlog.testing import capture_logs

from infrastructure.shared.caches.copies import OLDEST_SECONDS, Copies
from infrastructure.shared.caches.read_models import COPY, MOST_BYTES, ReadModel
from infrastructure.shared.caches.redis_store import RedisStore
from infrastructure.shared.caches.stores import InProcessStore, Store, StoreAway
from tests.read_models.builders import KEY, Source, a_model


async def test_what_was_found_once_is_not_asked_for_again(store: Store) -> None:
    source = Source(tea="green", cup="white")
    words = a_model(source, store)
    await words.find(["tea", "cup"])

    found = await a_model(source, store).find(["tea", "cup"])  # in another process, say

    assert found == {"tea": "green", "cup": "white"}
    assert source.asked == {"tea": 1, "cup": 1}


async def test_what_there_is_not_is_not_remembered(store: Store) -> None:
    source = Source()
    words = a_model(source, store)
    assert await words.find(["tea"]) == {}

    source.words["tea"] = "new"

    assert await words.find(["tea"]) == {"tea": "new"}


async def test_of_a_crowd_one_asks(store: Store) -> None:
    source = Source(tea="green")
    words = a_model(source, store)

    async with timeout(60):
        found = await gather(*(words.find(["tea"]) for _ in range(100)))

    assert found == [{"tea": "green"}] * 100
    assert source.asked == {"tea": 1}


async def test_of_each_process_one_asks_at_most(store: Store) -> None:
    source = Source(tea="green")
    processes = [a_model(source, store) for _ in range(3)]

    found = await gather(*(one.find(["tea"]) for one in processes for _ in range(20)))

    assert found == [{"tea": "green"}] * 60
    assert source.asked["tea"] <= 3
    assert await processes[0].find(["tea"]) == {"tea": "green"}
    assert source.asked["tea"] <= 3


async def test_who_leaves_takes_the_load_from_nobody(store: Store) -> None:
    source = Source(tea="green")
    source.door.clear()
    words = a_model(source, store)
    first = create_task(words.find(["tea"]))
    await source.entered.wait()
    second = create_task(words.find(["tea"]))

    first.cancel()
    with pytest.raises(CancelledError):
        await first
    source.door.set()

    assert await second == {"tea": "green"}
    assert source.asked == {"tea": 1}


async def test_what_fails_fails_for_all_who_wait_and_for_nobody_after(store: Store) -> None:
    source = Source(tea="green")
    words, load = a_model(source, store), source.load
    broken = ReadModel(Copies(store), "test", "word", str, lambda _names: _failing())

    said = await gather(*(broken.find(["tea"]) for _ in range(3)), return_exceptions=True)

    assert [type(one) for one in said] == [ZeroDivisionError] * 3
    assert await words.find(["tea"]) == await load(["tea"])


async def _failing() -> dict[str, str]:
    raise ZeroDivisionError


async def test_what_was_changed_is_seen_by_who_asks_next(store: Store) -> None:
    source = Source(tea="green", cup="white")
    words, others = a_model(source, store), a_model(source, store)
    await words.find(["tea", "cup"])

    source.words["tea"] = "black"
    await words.forget(["tea"])

    assert await words.find(["tea"]) == {"tea": "black"}
    assert await others.find(["tea", "cup"]) == {"tea": "black", "cup": "white"}
    assert source.asked == {"tea": 2, "cup": 1}


@pytest.mark.parametrize("forgetting", ["here", "elsewhere"])
async def test_a_load_that_a_change_overtook_leaves_nothing_old(
    store: Store, forgetting: str
) -> None:
    source = Source(tea="green")
    words, others = a_model(source, store), a_model(source, store)
    source.door.clear()
    late = create_task(words.find(["tea"]))
    await source.entered.wait()  # and has read what was

    source.words["tea"] = "black"
    await (words if forgetting == "here" else others).forget(["tea"])
    source.door.set()

    assert await others.find(["tea"]) == {"tea": "black"}
    await late
    assert await words.find(["tea"]) == {"tea": "black"}
    assert await others.find(["tea"]) == {"tea": "black"}


async def test_who_asks_after_a_change_does_not_join_a_load_from_before(store: Store) -> None:
    source = Source(tea="green")
    words = a_model(source, store)
    source.door.clear()
    late = create_task(words.find(["tea"]))
    await source.entered.wait()
    source.words["tea"] = "black"
    await words.forget(["tea"])

    after = create_task(words.find(["tea"]))
    source.door.set()

    assert await after == {"tea": "black"}
    assert await late == {"tea": "green"}  # who asked before the change was told is told what was


async def test_what_is_too_large_is_asked_of_the_source_by_whoever_needs_it(store: Store) -> None:
    source = Source(tea="x" * MOST_BYTES)
    words = a_model(source, store)

    assert await words.find(["tea"]) == source.words
    assert await words.find(["tea"]) == {}
    assert source.asked == {"tea": 1}


@pytest.mark.parametrize(
    "garbage",
    [b"", b"=", b'="gre', b'={"of": "another version"}', b"\x80\x04pickle", b"no such kind"],
)
async def test_garbage_is_ignored_and_rebuilt(
    redis_store: RedisStore, inside: Redis, garbage: bytes
) -> None:
    source = Source(tea="green")
    inside.set(KEY.format("tea"), garbage)

    with capture_logs():
        assert await a_model(source, redis_store).find(["tea"]) == {"tea": "green"}

    assert inside.get(KEY.format("tea")) == COPY + b'"green"'


async def test_what_is_no_text_is_ignored_and_rebuilt(
    redis_store: RedisStore, inside: Redis
) -> None:
    inside.hset(KEY.format("tea"), "of", "another program")

    assert await a_model(Source(tea="green"), redis_store).find(["tea"]) == {"tea": "green"}

    assert inside.get(KEY.format("tea")) == COPY + b'"green"'


async def test_no_copy_lives_longer_than_is_promised(
    redis_store: RedisStore, inside: Redis
) -> None:
    await a_model(Source(tea="green"), redis_store).find(["tea"])

    milliseconds = inside.pttl(KEY.format("tea"))

    assert 20_000 < milliseconds <= (OLDEST_SECONDS - 2) * 1000


class Hanging(InProcessStore):
    """A store whose line breaks: it can be read from, or not, but nothing can be dropped."""

    is_away = False

    async def drop(self, keys: object) -> None:  # noqa: ARG002
        raise StoreAway


async def test_what_could_not_be_dropped_is_not_believed_for_as_long_as_it_may_live() -> None:
    now = [0.0]
    source = Source(tea="green")
    copies = Copies(Hanging(clock=lambda: now[0]), clock=lambda: now[0])
    words = ReadModel(copies, "test", "word", str, source.load)
    await words.find(["tea"])

    source.words["tea"] = "black"
    await words.forget(["tea"])

    assert await words.find(["tea"]) == {"tea": "black"}
    now[0] = OLDEST_SECONDS
    assert await words.find(["tea"]) == {"tea": "black"}
