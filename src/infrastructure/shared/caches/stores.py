"""Where things are kept that may be lost at any moment: in this process, or in Redis beside it."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Protocol


class StoreAway(Exception):
    """The store did not answer in time, or not at all: what was asked of it may have happened."""


class Store(Protocol):
    """Bytes by keys, each for so many seconds at most; any may be gone sooner.

    All raise `StoreAway`, and none waits long. What somebody was told is kept is kept elsewhere.
    """

    async def get(self, keys: Collection[str]) -> dict[str, bytes]:
        """What there is under these keys."""
        ...

    async def add(self, entries: Mapping[str, bytes], seconds: float) -> set[str]:
        """Keep each of these unless there is something under its key; the keys of those kept.

        What cannot be read as bytes is nothing.
        """
        ...

    async def swap(self, entries: Mapping[str, tuple[bytes, bytes]], seconds: float) -> set[str]:
        """Keep the second of each pair in place of the first, where that is still there."""
        ...

    async def drop(self, keys: Collection[str]) -> None: ...

    async def close(self) -> None: ...


@dataclass(frozen=True)
class _Entry:
    content: bytes
    until: float


class InProcessStore:
    """In this process alone: other processes neither see what it keeps nor drop it."""

    def __init__(
        self, most_bytes: int = 32 * 2**20, clock: Callable[[], float] = monotonic
    ) -> None:
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._bytes, self._most_bytes, self._clock = 0, most_bytes, clock

    async def get(self, keys: Collection[str]) -> dict[str, bytes]:
        return {key: found for key in keys if (found := self._at(key)) is not None}

    async def add(self, entries: Mapping[str, bytes], seconds: float) -> set[str]:
        new = {key for key in entries if self._at(key) is None}
        for key in new:
            self._put(key, entries[key], seconds)
        return new

    async def swap(self, entries: Mapping[str, tuple[bytes, bytes]], seconds: float) -> set[str]:
        swapped = {key for key, (was, _) in entries.items() if self._at(key) == was}
        for key in swapped:
            self._put(key, entries[key][1], seconds)
        return swapped

    async def drop(self, keys: Collection[str]) -> None:
        for key in keys:
            self._forget(key)

    async def close(self) -> None:
        self._entries.clear()
        self._bytes = 0

    def _at(self, key: str) -> bytes | None:
        entry = self._entries.get(key)
        if not entry:
            return None
        if entry.until <= self._clock():
            self._forget(key)
            return None
        self._entries.move_to_end(key)
        return entry.content

    def _put(self, key: str, content: bytes, seconds: float) -> None:
        """The newest; what was not asked for the longest makes room for it."""
        self._forget(key)
        self._entries[key] = _Entry(content, self._clock() + seconds)
        self._bytes += _weight(key, content)
        while self._bytes > self._most_bytes:
            self._forget(next(iter(self._entries)))

    def _forget(self, key: str) -> None:
        if entry := self._entries.pop(key, None):
            self._bytes -= _weight(key, entry.content)


def _weight(key: str, content: bytes) -> int:
    return len(key) + len(content) + 200  # what Python adds to an entry, roughly
