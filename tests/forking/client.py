"""Processes of the program that need not import it: they are forked from one that has.

To import it is most of what a short command does, and tests run hundreds. What is forked is a process
like any other: it has an environment, folder and files of its own, and is watched, stopped and killed by
its number. Where the system does not tell how such a process ends, each begins at the beginning.
"""

import atexit
import os
import sys
from functools import cache
from pathlib import Path
from select import select
from socket import AF_UNIX, SOCK_SEQPACKET, send_fds, socket, socketpair
from subprocess import DEVNULL, CompletedProcess, Popen, TimeoutExpired
from tempfile import TemporaryFile
from typing import IO, Any, Protocol

from tests.forking.asked import NUMBER, Asked

ROOT = Path(__file__).parent.parent.parent
PROGRAM = (sys.executable, "-m", "app.cli")
CAN_FORK = hasattr(os, "pidfd_open")


class Started(Protocol):
    """What tests want of `Popen`."""

    pid: int

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def kill(self) -> None: ...


class Forked:
    def __init__(self, told: int, arguments: tuple[str, ...]) -> None:
        self._told, self.args = told, arguments
        self._status: int | None = None
        self.pid = self._number()

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        if (status := self._ended(timeout)) is None:
            raise TimeoutExpired(self.args, timeout or 0)
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
    *arguments: str,
    env: dict[str, str],
    cwd: Path,
    said: IO[Any],
    output: IO[Any],
    errors: IO[Any],
) -> Started:
    """The program in a process of its own, where it says all that it says in these files."""
    if not CAN_FORK:
        command = [*PROGRAM, *arguments]
        return Popen(command, env=env, cwd=cwd, stdin=said, stdout=output, stderr=errors)  # noqa: S603
    asked = Asked(arguments=arguments, environment=env, folder=str(cwd))
    heard, told = os.pipe()
    try:
        files = [said.fileno(), output.fileno(), errors.fileno(), told]
        send_fds(_server(), [asked.as_bytes()], files)
    finally:
        os.close(told)
    return Forked(heard, arguments)


def ran(
    *arguments: str, env: dict[str, str], cwd: Path, said: str = "", seconds: float = 300
) -> CompletedProcess[str]:
    """The same, to its end; it is told this. Raises `TimeoutExpired`."""
    with TemporaryFile("w+") as given, TemporaryFile("w+") as output, TemporaryFile("w+") as errors:
        given.write(said)
        given.seek(0)
        one = started(*arguments, env=env, cwd=cwd, said=given, output=output, errors=errors)
        try:
            status = one.wait(seconds)
        finally:
            one.kill()
        output.seek(0)
        errors.seek(0)
        return CompletedProcess(arguments, status, output.read(), errors.read())


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
