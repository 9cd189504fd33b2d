"""What goes on side by side in a run; a task that crashes takes nobody with it."""

from asyncio import Task, create_task, wait
from collections.abc import Coroutine
from contextvars import ContextVar
from typing import Any

from tests.simulator.trouble import Crashed

driver: ContextVar[int] = ContextVar("driver", default=0)
"""Who drives an attempt: a number of its own for every task that was begun."""


class Tasks:
    """What else than a crash ends one is kept in `failures`."""

    def __init__(self) -> None:
        self._running: set[Task[None]] = set()
        self._begun = 0
        self.failures: list[BaseException] = []

    def __call__(
        self,
        work: Coroutine[Any, Any, Any],
        /,
        *,
        seconds: float = 0.0,  # noqa: ARG002  # the clock of a process that is stopped stops too
    ) -> None:
        self._begun += 1
        self._running.add(create_task(self._run(work, self._begun)))

    async def all_done(self) -> None:
        while self._running:
            done, _ = await wait(self._running)
            self._running -= done

    async def _run(self, work: Coroutine[Any, Any, Any], number: int) -> None:
        driver.set(number)
        try:
            await work
        except Crashed:
            pass
        except Exception as failure:  # noqa: BLE001  # told at the end of the run
            self.failures.append(failure)
