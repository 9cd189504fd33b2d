"""Work that a process does by itself, over and over: when it is woken, and now and then."""

from asyncio import CancelledError, Event, Task, create_task, timeout
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import Context

from structlog import get_logger

from domain.shared.model import Conflict
from infrastructure.shared.statements import issue_as

SECONDS_TO_FINISH = 5.0
log = get_logger(__name__)


class Bells:
    """Rung for a context when there may be something to do there: one for each who listens."""

    def __init__(self) -> None:
        self._bells: defaultdict[str, list[Event]] = defaultdict(list)

    def of(self, name: str) -> Event:
        """A bell of its own for a routine of this context."""
        self._bells[name].append(bell := Event())
        return bell

    def ringer(self, name: str) -> Callable[[], None]:
        bells = self._bells[name]

        def ring() -> None:
            for bell in bells:
                bell.set()

        return ring


class Routine:
    """`work` says whether all is well; when not, or when it fails, it waits longer each time."""

    def __init__(
        self,
        name: str,
        work: Callable[[], Awaitable[object]],
        *,
        every_seconds: float,
        bell: Event | None = None,
        longest_seconds: float = 5.0,
    ) -> None:
        self.name = name
        self._work, self._every, self._longest = work, every_seconds, longest_seconds
        self._bell, self._is_stopping = bell or Event(), False
        self._task: Task[None] | None = None

    def start(self) -> None:
        self._task = create_task(self._run(), name=self.name, context=Context())

    def wind_down(self) -> None:
        """Begin nothing more."""
        self._is_stopping = True
        self._bell.set()

    async def stop(self) -> None:
        """Let the work at hand be finished, within bounds, and do no more."""
        self.wind_down()
        if self._task:
            with suppress(CancelledError, TimeoutError):
                async with timeout(SECONDS_TO_FINISH):
                    await self._task

    async def _run(self) -> None:
        issue_as(self.name)
        wait = self._every
        while not self._is_stopping:
            self._bell.clear()
            wait = self._every if await self._is_well() else min(wait * 2, self._longest)
            with suppress(TimeoutError):
                async with timeout(wait):
                    await self._bell.wait()

    async def _is_well(self) -> bool:
        try:
            return await self._work() is not False
        except Conflict:
            return False
        except Exception:
            log.exception("routine failed", routine=self.name)
            return False
