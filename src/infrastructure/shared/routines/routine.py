"""Work that a process does by itself, over and over: when it is woken, and now and then."""

from asyncio import Event, Task, create_task, timeout, wait
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from contextvars import Context, ContextVar

from structlog import get_logger

from domain.shared.model import Conflict
from infrastructure.shared.database.statements import issue_as
from infrastructure.shared.routines.lease import Lease

SECONDS_TO_FINISH, SECONDS_TO_BREAK_OFF = 5.0, 1.0
FIRST_PAUSE_SECONDS = 0.5
_at_work: ContextVar[str] = ContextVar("routine", default="")
log = get_logger(__name__)


def routine_at_work() -> str:
    """The routine for which this is done, in whichever task; if it is done for one."""
    return _at_work.get()


def _always(seconds: float | None) -> Callable[[], float | None]:
    return lambda: seconds


def _nobody(_name: str) -> None:
    pass


class Bells:
    """Rung for a context when there may be something to do there: one for each who listens.

    `tell` is told too: it may know of others who do that context's routines.
    """

    def __init__(self, tell: Callable[[str], None] = _nobody) -> None:
        self._bells: defaultdict[str, list[Event]] = defaultdict(list)
        self._tell = tell

    def of(self, name: str) -> Event:
        """A bell of its own for a routine of this context."""
        self._bells[name].append(bell := Event())
        return bell

    def ringer(self, name: str) -> Callable[[], None]:
        def ring() -> None:
            self.heard(name)
            self._tell(name)

        return ring

    def heard(self, name: str) -> None:
        """Ring here alone."""
        for bell in self._bells[name]:
            bell.set()


class Routine:
    """`work` says whether all is well; when not, or when it fails, it waits longer each time.

    Without `every_seconds` it is done only when woken. Under a lease it is done where that is held.
    What it `does` is told to whoever runs the house.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], Awaitable[object]],
        *,
        every_seconds: float | Callable[[], float | None] | None = None,
        bell: Event | None = None,
        lease: Lease | None = None,
        longest_seconds: float = 5.0,
        does: str = "",
    ) -> None:
        self.name, self.does = name, does
        self._work, self._longest = work, longest_seconds
        self._every = every_seconds if callable(every_seconds) else _always(every_seconds)
        self._bell, self._lease = bell or Event(), lease
        self._is_stopping, self._is_well, self._rests = False, True, False
        self.turns = 0
        """How often it has begun to work."""
        self._task: Task[None] | None = None
        if lease:
            lease.bells.append(self._bell)

    @property
    def every_seconds(self) -> float | None:
        """How long it rests at most, unless something goes wrong."""
        return self._every()

    @property
    def is_leased(self) -> bool:
        """Whether one process does it for all."""
        return self._lease is not None

    @property
    def is_ours(self) -> bool:
        """Whether it is to be done in this process."""
        return not self._lease or self._lease.is_held

    def start(self) -> None:
        self._task = create_task(self._run(), name=self.name, context=Context())

    def nudge(self) -> bool:
        """Wake it, unless it waits because something went wrong. Whether it rested, and nobody else
        had woken it.
        """
        is_first = self._is_well and self._rests and not self._bell.is_set()
        if self._is_well:
            self._bell.set()
        return is_first

    def wind_down(self) -> None:
        """Begin nothing more."""
        self._is_stopping = True
        self._bell.set()

    async def stop(self) -> None:
        """Let the work at hand be finished, within bounds, and do no more."""
        await stop_all([self])

    @property
    def under_way(self) -> Task[None] | None:
        """What is at work, once it is started."""
        return self._task

    async def _run(self) -> None:
        _at_work.set(self.name)
        issue_as(self.name)
        pause = first = self._every() or FIRST_PAUSE_SECONDS
        while not self._is_stopping:
            self._bell.clear()
            self.turns += 1
            self._is_well = not self.is_ours or await self._worked()
            pause = first if self._is_well else min(pause * 2, self._longest)
            self._rests = True
            with suppress(TimeoutError):
                async with timeout(self._every() if self._is_well else pause):
                    await self._bell.wait()
            self._rests = False

    async def _worked(self) -> bool:
        try:
            return await self._work() is not False
        except Conflict:
            return False
        except Exception:
            log.exception("routine failed", routine=self.name)
            return False


async def stop_all(routines: Iterable[Routine], seconds: float = SECONDS_TO_FINISH) -> None:
    """Let the work at hand be finished within these seconds, and do no more. What is broken off then
    is not waited for long: a driver may be slow to give up a database that is silent.
    """
    for routine in (them := list(routines)):
        routine.wind_down()
    if not (tasks := [routine.under_way for routine in them if routine.under_way]):
        return
    _, late = await wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()
    if late:
        await wait(late, timeout=SECONDS_TO_BREAK_OFF)
