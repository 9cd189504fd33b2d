"""Several processes that do the same work: started, started again when they die, ended together.

They are forked, so that one is there in a moment and shares the memory of what was imported. Who
watches them does nothing else: it has no thread, no event loop and no database line to be copied.
"""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from selectors import EVENT_READ, DefaultSelector
from time import monotonic

from structlog import get_logger

HEARD = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
SHORT_LIFE_SECONDS = 10.0
MOST_SHORT_LIVES = 5
FIRST_PAUSE_SECONDS = 0.1
SECONDS_TO_DIE = 10.0
"""More than a worker says that it needs to stop; then it is killed."""
log = get_logger("workers")

Work = Callable[[int, int], None]
"""Do the work of the worker of this number, until told to stop, or until this file can be read: then
nobody watches any more.
"""


class KeepsDying(Exception):
    """A worker died at once, and so did those that were started in its place."""


@dataclass
class Worker:
    number: int
    pid: int = 0
    started_at: float = 0.0
    short_lives: int = 0
    due_at: float = 0.0
    """When it is to be started, while it has no process."""


class Workers:
    """So many processes at work."""

    def __init__(self, count: int, work: Work, *, seconds_to_stop: float) -> None:
        self._all = [Worker(number) for number in range(count)]
        self._work, self._seconds_to_stop = work, seconds_to_stop + SECONDS_TO_DIE
        self._life, self._held = os.pipe()
        self._woken, self._waker = os.pipe()
        self._told_to_stop = False

    def run(self) -> None:
        """Until SIGTERM or SIGINT. Raises `KeepsDying`."""
        os.set_blocking(self._woken, False)  # the standard library has it so
        os.set_blocking(self._waker, False)
        signal.set_wakeup_fd(self._waker)
        for one in HEARD:
            signal.signal(one, self._hear)
        try:
            while not self._told_to_stop:
                self._start_due()
                self._wait(min((one.due_at for one in self._all if not one.pid), default=None))
                self._bury()
        finally:
            self._end()

    def _hear(self, number: int, _frame: object) -> None:
        self._told_to_stop |= number != signal.SIGCHLD

    def _wait(self, until: float | None) -> None:
        """Until a signal is heard, or until then."""
        with DefaultSelector() as selector:
            selector.register(self._woken, EVENT_READ)
            selector.select(None if until is None else max(0, until - monotonic()))
        with suppress(BlockingIOError):
            os.read(self._woken, 1000)

    def _start_due(self) -> None:
        for one in self._all:
            if not one.pid and one.due_at <= monotonic():
                self._start(one)

    def _start(self, worker: Worker) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)  # what comes now is not for our handlers
        try:
            pid = os.fork()
            if not pid:
                self._be(worker.number)
        finally:  # where there is no process more to be had, too
            signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
        worker.pid, worker.started_at = pid, monotonic()

    def _be(self, number: int) -> None:
        """In the new process: it never returns from here."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for one in HEARD:
                signal.signal(one, signal.SIG_DFL)
            for file in (self._held, self._woken, self._waker):
                os.close(file)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
            self._work(number, self._life)
            code = 0
        except BaseException:  # a process of its own has nobody to raise it to
            log.exception("worker failed", worker=number)
        finally:
            sys.stdout.flush()
            os._exit(code)

    def _bury(self) -> None:
        for one in self._all:
            if one.pid and (code := _ended(one.pid)) is not None:
                self._lost(one, code)

    def _lost(self, worker: Worker, code: int) -> None:
        is_short = monotonic() - worker.started_at < SHORT_LIFE_SECONDS
        worker.short_lives = worker.short_lives + 1 if is_short else 0
        tell = log.info if self._told_to_stop else log.error
        tell("worker ended", worker=worker.number, pid=worker.pid, code=code)
        pause = FIRST_PAUSE_SECONDS * 2**worker.short_lives
        worker.pid, worker.due_at = 0, monotonic() + pause
        if worker.short_lives >= MOST_SHORT_LIVES and not self._told_to_stop:
            raise KeepsDying(
                f"a worker died {MOST_SHORT_LIVES} times in a row, each time within "
                f"{SHORT_LIFE_SECONDS:g} seconds; the last time with {code}"
            )

    def _end(self) -> None:
        """Let all come to their end, and kill who does not."""
        self._told_to_stop = True
        self._signal(signal.SIGTERM)
        until = monotonic() + self._seconds_to_stop
        while any(one.pid for one in self._all) and monotonic() < until:
            self._wait(until)
            self._bury()
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        for one in self._all:
            if one.pid:
                os.kill(one.pid, number)


def _ended(pid: int) -> int | None:
    """The exit code of a child of ours, or the number of the signal that ended it, less than zero."""
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None
