"""An event loop on which time passes only when everybody waits: hours take milliseconds."""

from asyncio import Runner, SelectorEventLoop
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from selectors import SelectorKey, SelectSelector
from typing import Any, TypeVar

Result = TypeVar("Result")
BEGINNING = datetime(2026, 4, 8, 12, tzinfo=UTC)


class _Selector(SelectSelector):
    """Waits by moving the clock on. Nothing ever comes in from outside."""

    seconds = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everybody waits, and for nothing that will come")
        self.seconds += max(timeout, 0.0)
        return []


class VirtualLoop(SelectorEventLoop):
    def __init__(self) -> None:
        self._waiting = _Selector()
        super().__init__(self._waiting)

    def time(self) -> float:
        return self._waiting.seconds

    def now(self) -> datetime:
        """What clocks show there."""
        return BEGINNING + timedelta(seconds=self.time())


def run(loop: VirtualLoop, work: Coroutine[Any, Any, Result]) -> Result:
    with Runner(loop_factory=lambda: loop) as runner:
        return runner.run(work)
