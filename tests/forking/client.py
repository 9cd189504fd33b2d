"""Processes that need not import the program: they are forked from one that has.

To import it is most of what a short command does, and tests run hundreds. What is forked is a process
like any other: it has an environment, folder and files of its own, and is watched, stopped and killed by
its number. Where the system does not tell how such a process ends, each begins at the beginning.
"""

import atexit
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from select import select
from socket import AF_UNIX, SOCK_SEQPACKET, send_fds, socket, socketpair
from subprocess import DEVNULL, CompletedProcess, Popen, TimeoutExpired
from tempfile import TemporaryFile
from typing import IO, Any, Protocol

from tests.forking.asked import NUMBER, Asked

ROOT = Path(__file__).parent.parent.parent
PROGRAM = "app.cli"
CAN_FORK = hasattr(os, "pidfd_open")


class Started(Protocol):
    """What tests want of `Popen`."""

    pid: int

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def kill(self) -> None: ...


class Forked:
    def __init__(self, told: int, command: tuple[str, ...]) -> None:
        self._told, self._command = told, command
        self._status: int | None = None
        self.pid = self._number()

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        if (status := self._ended(timeout)) is None:
            raise TimeoutExpired(self._command, timeout or 0)
        return status

    def kill(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, 9)

    def _ended(self, seconds: float | None) -> int | None:
        if self._status is None and select([self._told], [], [], seconds)[0]:
            self._status = self._number()
            os.close(self._told)
        return self._status

    def _number(self) -> int:
        if not (told := os.read(self._told, NUMBER.size)):
            raise ChildProcessError("who forks processes is gone")
        number: int = NUMBER.unpack(told)[0]
        return number


def started(
    *command: str,
    env: dict[str, str],
    cwd: Path,
    output: IO[Any],
    errors: IO[Any],
    said: IO[Any] | None = None,
) -> Started:
    """This module, with these arguments, in a process of its own. It is told nothing, or what is in this
    file; what it says is in these.
    """
    if not CAN_FORK:
        return begun(*command, env=env, cwd=cwd, output=output, errors=errors, said=said)
    heard, told = os.pipe()
    with open(os.devnull) as nothing:
        try:
            files = [(said or nothing).fileno(), output.fileno(), errors.fileno(), told]
            send_fds(_server(), [Asked(command, env, str(cwd)).as_bytes()], files)
        finally:
            os.close(told)
    return Forked(heard, command)


def begun(
    *command: str,
    env: dict[str, str],
    cwd: Path,
    output: IO[Any],
    errors: IO[Any],
    said: IO[Any] | None = None,
) -> Started:
    """The same, and it begins at the beginning."""
    python = [sys.executable, "-m", *command]
    told = DEVNULL if said is None else said
    return Popen(python, env=env, cwd=cwd, stdin=told, stdout=output, stderr=errors)  # noqa: S603


def ran(
    *command: str,
    env: dict[str, str],
    cwd: Path,
    said: str = "",
    seconds: float = 300,
    start: Callable[..., Started] = started,
) -> CompletedProcess[str]:
    """To its end, with what it said. Raises `TimeoutExpired`."""
    with TemporaryFile("w+") as given, TemporaryFile("w+") as output, TemporaryFile("w+") as errors:
        given.write(said)
        given.seek(0)
        one = start(*command, env=env, cwd=cwd, output=output, errors=errors, said=given)
        try:
            status = one.wait(seconds)
        finally:
            one.kill()
        output.seek(0)
        errors.seek(0)
        return CompletedProcess(command, status, output.read(), errors.read())


@cache
def _server() -> socket:
    ours, its = socketpair(AF_UNIX, SOCK_SEQPACKET)
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    env = {**os.environ, "PYTHONPATH": path, "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-m", "tests.forking.server", str(its.fileno())]
    with its:
        server = Popen(command, env=env, cwd=ROOT, stdin=DEVNULL, pass_fds=[its.fileno()])  # noqa: S603

    def end() -> None:
        ours.close()
        server.wait()

    atexit.register(end)
    return ours
