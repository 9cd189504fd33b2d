"""Fetches profiles, and leaves alone for a while what could not be had (UCP section 7, FET-7).

Who is not known has a budget for it (SEC-2, SEC-4).
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Generic

from structlog import get_logger

from app.edge.strangers import Fetch, Fetched, NotAllowed, Unreachable, Unresolvable
from app.ucp.errors import Refused
from app.ucp.platforms.budget import Budget, Pauses, origin
from app.ucp.platforms.freshness import seconds_fresh
from app.ucp.platforms.shelves import MOST_KEPT, Read

HERE, QUICK_SECONDS = "http:", 1.0
"""Only this host is called so; where it answers or refuses at once, it need not be left alone."""
log = get_logger(__name__)


@dataclass
class Answered(Refused):
    """Somebody is there, and sends on or fails: that is not to be had, and is no mere name."""


@dataclass(frozen=True)
class Found(Generic[Read]):
    what: Read
    seconds: float
    is_known: bool


class Fetching(Generic[Read]):
    """Strangers share a budget; who `is_known` to be registered has none, and a line of its own, for what
    has been asked of a slow name server cannot be called off (FET-8, FET-9).
    """

    def __init__(
        self,
        fetch: Fetch,
        fetch_known: Fetch,
        read: Callable[[str, Fetched], Read],
        is_known: Callable[[str], Awaitable[bool]],
        now: Callable[[], float],
    ) -> None:
        self._fetch, self._fetch_known = fetch, fetch_known
        self._read, self._is_known, self._now = read, is_known, now
        self._failures: OrderedDict[str, Refused] = OrderedDict()
        self._pauses, self._origins = Pauses(now, longest=60), Pauses(now, longest=300)
        self._budget = Budget(now)

    def failure(self, url: str) -> Refused | None:
        """Why it could not be had, for as long as it is left alone."""
        kept = self._failures.get(url) if self._pauses.seconds_left(url) else None
        return replace(kept) if kept else None  # each time it is raised, it would hold on to more

    async def __call__(self, url: str) -> Found[Read]:
        """Refuses with what section 6 has for profiles, or with 503 beyond the budget."""
        is_known = await self._is_known(url)
        if not is_known:
            self._require_budget(url)
        began = self._now()
        try:
            fetched = await self._asked(url, self._fetch_known if is_known else self._fetch)
            found = Found(self._understood(url, fetched), _seconds(fetched), is_known)
        except Refused as no:
            self._note_failure(url, no, began)
            raise
        finally:
            if not is_known:
                self._budget.give_back()
        self._pauses.note_success(url)
        self._failures.pop(url, None)
        return found

    def _require_budget(self, url: str) -> None:
        if seconds := self._origins.seconds_left(origin(url)):
            raise _busy(seconds)
        if not self._budget.take():
            raise _busy(1)

    async def _asked(self, url: str, fetch: Fetch) -> Fetched:
        try:
            fetched = await fetch(url)
        except NotAllowed as no:
            raise _invalid(str(no)) from None
        except Unresolvable as no:
            self._note_silence(url)
            raise _invalid(str(no)) from None
        except Unreachable as no:
            self._note_silence(url)
            raise unreachable(str(no)) from None
        self._origins.note_success(origin(url))
        return fetched

    def _understood(self, url: str, fetched: Fetched) -> Read:
        if 300 <= fetched.status < 400 or fetched.status >= 500:
            raise Answered(424, "profile_unreachable", _no(f"it answered {fetched.status}"))
        if not 200 <= fetched.status < 300:
            raise unreachable(f"it answered {fetched.status}")
        return self._read(url, fetched)

    def _note_silence(self, url: str) -> None:
        if not url.startswith(HERE):
            self._origins.note_failure(origin(url))

    def _note_failure(self, url: str, no: Refused, began: float) -> None:
        log.info("a profile was not to be had", url=url, code=no.code)
        if url.startswith(HERE) and self._now() - began < QUICK_SECONDS:
            return
        self._pauses.note_failure(url)
        self._failures[url] = replace(no)  # without what was fetched, which its traceback holds
        if len(self._failures) > MOST_KEPT:
            self._failures.popitem(last=False)


def unreachable(why: str) -> Refused:
    return Refused(424, "profile_unreachable", _no(why))


def _no(why: str) -> str:
    return f"The profile in UCP-Agent was not to be had: {why}."


def _seconds(fetched: Fetched) -> float:
    return seconds_fresh(fetched.headers.get("cache-control", ""))


def _invalid(why: str) -> Refused:
    return Refused(400, "invalid_profile_url", f"The profile in UCP-Agent cannot be found: {why}.")


def _busy(seconds: float) -> Refused:
    text = "Profiles of platforms that are not known cannot be fetched just now."
    return Refused(503, "service_unavailable", text, retry_seconds=max(round(seconds), 1))
