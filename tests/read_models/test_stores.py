"""What a store promises, in this process and in Redis."""

from asyncio import gather, sleep, timeout

from redis import Redis

from infrastructure.shared.caches.redis_store import MOST_CONNECTIONS, RedisStore
from infrastructure.shared.caches.stores import InProcessStore, Store

LONG = 60.0


async def test_what_is_kept_is_found_and_nothing_else(store: Store) -> None:
    entries = {"tea": b"\x00\xff", "cup": b"", "pot \u00fc": b"p"}

    assert await store.add(entries, LONG) == entries.keys()

    assert await store.get(["tea", "cup", "pot \u00fc", "none"]) == entries
    assert await store.get([]) == {}


async def test_what_is_there_is_not_kept_again(store: Store) -> None:
    await store.add({"tea": b"first"}, LONG)

    assert await store.add({"tea": b"second", "cup": b"c"}, LONG) == {"cup"}

    assert await store.get(["tea", "cup"]) == {"tea": b"first", "cup": b"c"}


async def test_of_many_who_keep_the_same_at_once_one_does(store: Store) -> None:
    said = await gather(*(store.add({"tea": str(n).encode()}, LONG) for n in range(20)))

    assert sorted(map(len, said)) == [0] * 19 + [1]


async def test_only_what_is_still_there_is_swapped(store: Store) -> None:
    await store.add({"tea": b"old", "cup": b"other"}, LONG)
    pairs = dict.fromkeys(("tea", "cup", "none"), (b"old", b"new"))

    assert await store.swap(pairs, LONG) == {"tea"}

    assert await store.get(["tea", "cup", "none"]) == {"tea": b"new", "cup": b"other"}


async def test_what_is_dropped_is_gone(store: Store) -> None:
    await store.add({"tea": b"t", "cup": b"c"}, LONG)

    await store.drop(["tea", "none"])
    await store.drop([])

    assert await store.get(["tea", "cup"]) == {"cup": b"c"}


async def test_nothing_is_kept_longer_than_was_said(store: Store) -> None:
    await store.add({"tea": b"t", "cup": b"c"}, 0.05)
    await store.swap({"cup": (b"c", b"new")}, LONG)

    async with timeout(60):
        while await store.get(["tea"]):  # noqa: ASYNC110  # a store has no event for it
            await sleep(0.01)

    assert await store.get(["tea", "cup"]) == {"cup": b"new"}
    assert await store.add({"tea": b"again"}, LONG) == {"tea"}


async def test_nothing_to_do_is_nothing(store: Store) -> None:
    assert await store.add({}, LONG) == set()
    assert await store.swap({}, LONG) == set()


async def test_a_process_keeps_so_many_bytes_and_the_longest_unasked_for_makes_room() -> None:
    store = InProcessStore(most_bytes=3000)
    for name in ("tea", "cup", "pot"):
        await store.add({name: b"x" * 700}, LONG)

    await store.get(["tea"])
    await store.add({"jug": b"x" * 700}, LONG)

    assert set(await store.get(["tea", "cup", "pot", "jug"])) == {"tea", "pot", "jug"}
    await store.add({"huge": b"x" * 3000}, LONG)
    assert await store.get(["huge"]) == {}


async def test_what_is_no_text_in_redis_is_nothing(redis_store: RedisStore, inside: Redis) -> None:
    inside.lpush("tea", "a list")

    assert await redis_store.get(["tea"]) == {}
    assert await redis_store.add({"tea": b"t"}, LONG) == {"tea"}

    assert await redis_store.get(["tea"]) == {"tea": b"t"}


async def test_a_crowd_waits_for_its_turn_and_none_is_turned_away(redis_store: RedisStore) -> None:
    await redis_store.add({"tea": b"t"}, LONG)

    found = await gather(*(redis_store.get(["tea"]) for _ in range(3 * MOST_CONNECTIONS)))

    assert found == [{"tea": b"t"}] * len(found)
