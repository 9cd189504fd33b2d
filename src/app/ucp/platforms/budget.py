"""How much may be fetched because of platforms that nobody knows (UCP FET-9)."""

from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import urlsplit

FETCHES_PER_SECOND, MOST_SAVED = 5.0, 30.0
MOST_AT_ONCE = 10
MOST_ORIGINS = 1000
FIRST_PAUSE = 5.0


class Pauses:
    """How long something that failed is left alone: twice as long after each failure, and not longer
    than `longest`.
    """

    def __init__(self, now: Callable[[], float], longest: float) -> None:
        self._now, self._longest = now, longest
        self._failed: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def seconds_left(self, name: str) -> float:
        _, until = self._failed.get(name, (0, 0.0))
        return max(until - self._now(), 0.0)

    def note_failure(self, name: str) -> None:
        times, _ = self._failed.pop(name, (0, 0.0))
        pause = min(FIRST_PAUSE * 2**times, self._longest)
        self._failed[name] = min(times + 1, 10), self._now() + pause
        if len(self._failed) > MOST_ORIGINS:
            self._failed.popitem(last=False)

    def note_success(self, name: str) -> None:
        self._failed.pop(name, None)


class Budget:
    """So many fetches at once, and in a second, for all strangers together."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now, self._saved, self._saved_at = now, MOST_SAVED, now()
        self._under_way = 0

    def take(self) -> bool:
        """Whether there may be one more, which is over when it is given back."""
        now = self._now()
        self._saved = min(self._saved + (now - self._saved_at) * FETCHES_PER_SECOND, MOST_SAVED)
        self._saved_at = now
        if self._under_way >= MOST_AT_ONCE or self._saved < 1:
            return False
        self._saved -= 1
        self._under_way += 1
        return True

    def give_back(self) -> None:
        self._under_way -= 1


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
