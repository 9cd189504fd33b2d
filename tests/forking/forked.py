"""A process that another has forked for us: to be watched and ended as one of our own."""

import os
from contextlib import suppress
from signal import SIGKILL
from socket import socket
from subprocess import TimeoutExpired
from threading import Lock
from typing import Protocol

from tests.forking.asked import NUMBER

GONE = "who forks processes is gone"


class Started(Protocol):
    """What tests want of `Popen`."""

    pid: int

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def kill(self) -> None: ...


class Forked:
    def __init__(self, told: socket, command: tuple[str, ...]) -> None:
        self._told, self._command, self._lock = told, command, Lock()
        self._status: int | None = None
        self.pid = self._number()

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        if (status := self._ended(timeout)) is None:
            raise TimeoutExpired(self._command, timeout or 0)
        return status

    def kill(self) -> None:
        if self._status is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, SIGKILL)

    def _ended(self, seconds: float | None) -> int | None:
        if self._status is None and self._lock.acquire(timeout=-1 if seconds is None else seconds):
            try:
                self._hear(seconds)
            finally:
                self._lock.release()
        return self._status

    def _hear(self, seconds: float | None) -> None:
        if self._status is None:
            self._told.settimeout(seconds)
            with suppress(TimeoutError, BlockingIOError):
                self._status = self._number()
                self._told.close()

    def _number(self) -> int:
        if not (told := self._told.recv(NUMBER.size)):
            raise ChildProcessError(GONE)
        number: int = NUMBER.unpack(told)[0]
        return number
