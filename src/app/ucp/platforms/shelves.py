"""Where profiles are kept, and for how long."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Generic, TypeVar

MOST_KEPT = 1000
STALE_SECONDS = 300.0
"""For so long a profile is used while it is fetched anew."""
Read = TypeVar("Read")


@dataclass
class Kept(Generic[Read]):
    what: Read
    fresh_until: float
    asked_at: float = float("-inf")

    def until(self, *, is_fresh: bool) -> float:
        return self.fresh_until if is_fresh else self.fresh_until + STALE_SECONDS


class Shelves(Generic[Read]):
    """By the exact URL; what was not used for longest goes first. Strangers push out one another alone:
    those who are known have a shelf of their own (UCP FET-8, FET-9).
    """

    def __init__(self) -> None:
        self._known: OrderedDict[str, Kept[Read]] = OrderedDict()
        self._strangers: OrderedDict[str, Kept[Read]] = OrderedDict()

    def find(self, url: str) -> Kept[Read] | None:
        for shelf in (self._known, self._strangers):
            if kept := shelf.get(url):
                shelf.move_to_end(url)
                return kept
        return None

    def put(self, url: str, kept: Kept[Read], *, is_known: bool) -> None:
        self._known.pop(url, None)
        self._strangers.pop(url, None)
        shelf = self._known if is_known else self._strangers
        shelf[url] = kept
        if len(shelf) > MOST_KEPT:
            shelf.popitem(last=False)
