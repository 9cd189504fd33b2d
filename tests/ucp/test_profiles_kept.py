"""The profiles of platforms: fetched once, kept for a while, and not asked for too often."""

from asyncio import Event, create_task, gather, sleep, timeout
from collections.abc import Callable
from gc import collect
from typing import Any
from weakref import ref

import pytest

from app.edge.strangers import Fetched, Unreachable
from app.ucp.errors import Refused
from app.ucp.platforms.budget import MOST_AT_ONCE, MOST_SAVED
from app.ucp.platforms.freshness import seconds_fresh
from app.ucp.platforms.profiles import Profiles
from app.ucp.platforms.shelves import MOST_KEPT, STALE_SECONDS
from infrastructure.shared.tasks import Tasks
from tests.ucp.internet import Internet, answered

URL = "https://agent.example/p.json"


class Kept:
    """Profiles that are what was answered, on an internet and a clock of their own."""

    def __init__(self, *known: str) -> None:
        self.now, self.internet, self.known = 1000.0, Internet({}), set(known)
        self.asked: list[str] = []
        self.may_answer = Event()
        self.may_answer.set()
        self.profiles: Profiles[bytes] = Profiles(
            self._fetch, self._fetch_known, _read, Tasks(), self._is_known, lambda: self.now
        )

    async def _fetch(self, url: str, /) -> Fetched:
        self.asked.append(url)
        await self.may_answer.wait()
        return await self.internet.fetch(url)

    async def _fetch_known(self, url: str, /) -> Fetched:
        self.asked.append(url)
        return await self.internet.fetch(url)

    async def _is_known(self, url: str) -> bool:
        return url in self.known

    def say(self, body: Any, url: str = URL, **headers: str) -> None:
        said = body if isinstance(body, Exception) else answered(body, 200, **headers)
        self.internet.sites[url] = said

    async def find(self, url: str = URL) -> bytes:
        async with timeout(60):
            return await self.profiles.find(url)

    async def refused(self, url: str = URL) -> str:
        with pytest.raises(Refused) as no:
            await self.find(url)
        return no.value.code

    @property
    def times(self) -> int:
        return len(self.asked)


def _read(_url: str, fetched: Fetched) -> bytes:
    return fetched.body


async def frames(kept: Kept) -> int:
    """How much hangs on a refusal."""
    with pytest.raises(Refused) as no:
        await kept.find()
    return len(no.traceback)


async def until(is_so: Callable[[], bool]) -> None:
    async with timeout(60):
        while not is_so():  # noqa: ASYNC110  # nothing tells of it
            await sleep(0)  # it is other tasks of this loop that make it so


@pytest.mark.ucp("FET-5")
@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("", 60),
        ("no-store", 60),
        ("public, max-age=10", 60),
        ("public, max-age=600", 600),
        ('Max-Age = "600"', 600),
        ("max-age=99999999999999999999", 3600),
        ("max-age=-1", 60),
        ("max-age=\u0663", 60),
    ],
)
def test_a_profile_is_kept_as_long_as_its_origin_says_within_bounds(
    said: str, seconds: int
) -> None:
    assert seconds_fresh(said) == seconds


@pytest.mark.ucp("FET-5")
async def test_a_kept_profile_is_used_while_it_is_fetched_anew() -> None:
    kept = Kept()
    kept.say(b"old", cache_control="max-age=100")
    await kept.find()
    kept.say(b"new")
    kept.now += 99
    assert (await kept.find(), kept.times) == (b"old", 1)

    kept.now += 1
    kept.may_answer.clear()
    meanwhile = [await kept.find() for _ in range(3)]
    kept.may_answer.set()
    await until(lambda: kept.times == 2)

    assert meanwhile == [b"old"] * 3
    await sleep(0)
    assert (await kept.find(), kept.times) == (b"new", 2)


@pytest.mark.ucp("SIG-17")
async def test_where_keys_matter_nothing_older_is_used_than_its_origin_allows() -> None:
    kept = Kept()
    kept.say(b"old")
    await kept.find()
    kept.say(b"new")

    kept.now += 60

    assert await kept.profiles.find(URL, is_fresh=True) == b"new"


@pytest.mark.ucp("FET-5", "FET-7")
async def test_what_is_too_old_is_not_used_when_it_cannot_be_had_anew() -> None:
    kept = Kept(URL)
    kept.say(b"old")
    await kept.find()
    kept.say(Unreachable("gone"))

    kept.now += 60 + STALE_SECONDS

    assert await kept.refused() == "profile_unreachable"


@pytest.mark.ucp("FET-11")
async def test_a_crowd_makes_one_fetch_and_nobody_who_leaves_ends_it() -> None:
    kept = Kept()
    kept.say(b"told")
    kept.may_answer.clear()

    crowd = [create_task(kept.find()) for _ in range(20)]
    await until(lambda: kept.times == 1)
    crowd[0].cancel()
    kept.may_answer.set()
    told = await gather(*crowd, return_exceptions=True)

    assert told[1:] == [b"told"] * 19
    assert kept.times == 1


@pytest.mark.ucp("FET-11", "FET-9")
async def test_what_failed_is_not_asked_for_again_at_once() -> None:
    kept = Kept(URL)
    kept.say(Unreachable("late"))
    assert [await kept.refused() for _ in range(3)] == ["profile_unreachable"] * 3
    assert kept.times == 1

    kept.now += 5
    await kept.refused()
    kept.now += 5
    await kept.refused()

    assert kept.times == 2  # it is left alone for twice as long
    kept.say(b"told")
    kept.now += 5
    assert await kept.find() == b"told"


@pytest.mark.ucp("FET-8", "FET-9", "SEC-4")
async def test_strangers_share_a_budget_which_the_known_do_not_need() -> None:
    kept = Kept("https://known.example/")
    kept.say(b"told", "https://known.example/")
    names = [f"https://s{number}.example/" for number in range(int(MOST_SAVED) + 1)]
    for name in names:
        kept.say(b"told", name)

    for name in names[:-1]:
        await kept.find(name)

    with pytest.raises(Refused) as no:
        await kept.find(names[-1])
    assert (no.value.status, no.value.retry_seconds) == (503, 1)
    assert await kept.find("https://known.example/") == b"told"
    kept.now += 1
    assert await kept.find(names[-1]) == b"told"


@pytest.mark.ucp("FET-9")
async def test_only_so_many_strangers_are_waited_for_at_once() -> None:
    kept = Kept()
    kept.may_answer.clear()
    waiting = [create_task(kept.refused(f"https://s{n}.example/")) for n in range(MOST_AT_ONCE)]
    await until(lambda: kept.times == MOST_AT_ONCE)

    assert await kept.refused("https://one-more.example/") == "service_unavailable"

    kept.may_answer.set()
    assert await gather(*waiting) == ["invalid_profile_url"] * MOST_AT_ONCE


@pytest.mark.ucp("FET-8", "FET-9")
async def test_the_known_do_not_wait_in_line_behind_strangers() -> None:
    kept = Kept(URL)
    kept.say(b"told")
    kept.may_answer.clear()
    waiting = create_task(kept.refused("https://slow.example/"))
    await until(lambda: kept.times == 1)

    assert await kept.find() == b"told"

    kept.may_answer.set()
    await waiting


@pytest.mark.ucp("FET-9")
async def test_a_failure_is_kept_without_what_was_fetched_however_often_it_is_told() -> None:
    kept = Kept(URL)
    page = kept.internet.sites[URL] = answered(b"no such page", 404)
    fetched = ref(page)

    told = [await frames(kept) for _ in range(3)]
    del page, kept.internet.sites[URL]
    await sleep(0)  # its task goes
    collect()

    assert kept.times == 1
    assert told[1] == told[2]
    assert fetched() is None


@pytest.mark.ucp("FET-9")
async def test_an_origin_that_does_not_answer_is_left_alone() -> None:
    kept = Kept()
    kept.say(Unreachable("late"), "https://slow.example/1")
    kept.say(b"told", "https://slow.example/2")
    await kept.refused("https://slow.example/1")

    assert await kept.refused("https://slow.example/2") == "service_unavailable"

    kept.now += 5
    assert await kept.find("https://slow.example/2") == b"told"


@pytest.mark.ucp("FET-9")
async def test_strangers_push_out_each_other_alone() -> None:
    kept = Kept("https://known.example/")
    kept.say(b"told", "https://known.example/")
    await kept.find("https://known.example/")
    names = [f"https://agent.example/{number}" for number in range(MOST_KEPT + 1)]
    for name in names:
        kept.say(b"told", name)
        await kept.find(name)
        kept.now += 0.2

    times = kept.times
    await kept.find("https://known.example/")
    await kept.find(names[-1])
    assert kept.times <= times + 1  # the known one may be a little old
    await kept.find(names[0])
    assert kept.asked[-1] == names[0]


@pytest.mark.ucp("FET-6")
async def test_a_profile_is_asked_for_before_its_time_once_a_minute_for_each_origin() -> None:
    kept = Kept()
    kept.say(b"old")
    await kept.find()
    kept.say(b"new")

    told = [await kept.profiles.find_newest(URL) for _ in range(3)]
    kept.now += 59
    await kept.profiles.find_newest(URL)
    assert (told, kept.times) == ([b"new"] * 3, 2)

    kept.now += 1
    await kept.profiles.find_newest(URL)
    assert kept.times == 3


async def test_what_is_on_this_host_is_asked_for_each_time() -> None:
    """INTEROP 2: who tries things out starts its platform when it likes."""
    kept, here = Kept(), "http://localhost:8183/p.json"
    kept.say(Unreachable("refused"), here)
    await kept.refused(here)
    kept.say(b"told", here)

    assert await kept.find(here) == b"told"


async def test_what_is_silent_on_this_host_is_left_alone_too() -> None:
    kept, here = Kept(), "http://localhost:8183/p.json"
    kept.say(Unreachable("late"), here)
    kept.may_answer.clear()
    waiting = create_task(kept.refused(here))
    await until(lambda: kept.times == 1)
    kept.now += 3
    kept.may_answer.set()
    await waiting

    await kept.refused(here)

    assert kept.times == 1
