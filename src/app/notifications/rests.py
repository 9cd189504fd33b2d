"""Who did not take something, and is left alone for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

REST, MOST_DOUBLED = timedelta(seconds=2), 5
"""So long nothing more is sent to who did not take something, for what it costs to find out again:
twice as long after each rest in vain, for who hangs costs more than a rest of two seconds.
"""
REMEMBERED_FOR = timedelta(hours=2)
"""Longer than any delivery pauses."""


@dataclass(frozen=True)
class Rest:
    until: datetime
    times: int


class Rests:
    """In the memory of one process: another finds out for itself."""

    def __init__(self) -> None:
        self._rests: dict[UUID | None, Rest] = {}

    def not_taken(self, who: UUID | None, now: datetime) -> None:
        """What fails while its subscription rests was under way by then, and counts with the rest.
        Mail is not one subscription: a letter that nobody takes says nothing of the others.
        """
        last = self._rests.get(who)
        if last and now < last.until:
            return
        times = last.times + 1 if last and who else 1
        longer = 2 ** min(times - 1, MOST_DOUBLED)
        self._rests[who] = Rest(until=now + REST * longer, times=times)

    def taken(self, who: UUID | None) -> None:
        self._rests.pop(who, None)

    def at_rest(self, now: datetime) -> list[UUID | None]:
        self._rests = {
            who: rest for who, rest in self._rests.items() if now < rest.until + REMEMBERED_FOR
        }
        return [who for who, rest in self._rests.items() if now < rest.until]
