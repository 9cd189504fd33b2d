"""The profiles of platforms, fetched when they are first named and kept for a while (section 7)."""

from asyncio import Future, get_running_loop, shield
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Generic

from app.edge.strangers import Fetch, Fetched, Spawn
from app.ucp.platforms.budget import origin
from app.ucp.platforms.fetching import Fetching, unreachable
from app.ucp.platforms.freshness import LEAST_SECONDS
from app.ucp.platforms.shelves import MOST_KEPT, Kept, Read, Shelves

FETCH_SECONDS = 10.0
"""A fetch has its own bound, which is shorter; this one is of last resort."""


class Profiles(Generic[Read]):
    """What was `read` of each, by its exact URL, in a cache of fixed size (FET-5, FET-11).

    One fetch of a URL serves all who wait for it. What failed is not tried again at once.
    """

    def __init__(
        self,
        fetch: Fetch,
        fetch_known: Fetch,
        read: Callable[[str, Fetched], Read],
        spawn: Spawn,
        is_known: Callable[[str], Awaitable[bool]],
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._fetch: Fetching[Read] = Fetching(fetch, fetch_known, read, is_known, now)
        self._spawn, self._now = spawn, now
        self._shelves: Shelves[Read] = Shelves()
        self._fetching: dict[str, Future[Read]] = {}
        self._forced: OrderedDict[str, float] = OrderedDict()

    async def find(self, url: str, *, is_fresh: bool = False) -> Read:
        """Where it matters that it `is_fresh`, nothing older than its origin allows.

        Refuses with what section 6 has for profiles, or with 503 where too many are asked for.
        """
        kept = self._shelves.find(url)
        if kept is None or (now := self._now()) >= kept.until(is_fresh=is_fresh):
            return await shield(self._fetching_of(url))
        if now >= max(kept.fresh_until, kept.asked_at + LEAST_SECONDS):
            kept.asked_at = now  # whoever comes next need not see to it
            self._fetching_of(url)
        return kept.what

    async def find_newest(self, url: str) -> Read:
        """As it is now, unless its origin was asked for that within the last minute (FET-6)."""
        at, now = origin(url), self._now()
        if now < self._forced.get(at, now):
            return await self.find(url)
        self._forced[at] = now + LEAST_SECONDS
        if len(self._forced) > MOST_KEPT:
            self._forced.popitem(last=False)
        return await shield(self._fetching_of(url))

    def _fetching_of(self, url: str) -> "Future[Read]":
        """One fetch at a time, which goes on even if nobody waits for it any more."""
        if under_way := self._fetching.get(url):
            return under_way
        told: Future[Read] = get_running_loop().create_future()
        if failure := self._fetch.failure(url):
            told.set_exception(failure)
        else:
            self._fetching[url] = told
            self._spawn(self._tell(url, told), seconds=FETCH_SECONDS)
        told.add_done_callback(_looked_at)
        return told

    async def _tell(self, url: str, told: "Future[Read]") -> None:
        try:
            found = await self._fetch(url)
            kept = Kept(found.what, self._now() + found.seconds)
            self._shelves.put(url, kept, is_known=found.is_known)
            told.set_result(found.what)
        except Exception as no:  # noqa: BLE001  # whoever waits for it knows what to say of it
            told.set_exception(no)
        finally:
            del self._fetching[url]
            if not told.done():  # it was broken off
                told.set_exception(unreachable("it took too long"))


def _looked_at(told: "Future[Read]") -> None:
    """Nobody may have waited for it."""
    if not told.cancelled():
        told.exception()
