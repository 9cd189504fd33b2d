"""Whether any merchant listens at all: where none does, an event costs nothing."""

from collections.abc import Callable
from time import monotonic

LOOKS_EVERY = 1.0


class Audience:
    """What one process knows of it: that nobody was there is believed for a second."""

    def __init__(self, ticks: Callable[[], float] = monotonic) -> None:
        self._ticks = ticks
        self._nobody_until = float("-inf")

    @property
    def may_be_there(self) -> bool:
        return self._ticks() >= self._nobody_until

    def note(self, *, is_there: bool) -> None:
        self._nobody_until = float("-inf") if is_there else self._ticks() + LOOKS_EVERY
