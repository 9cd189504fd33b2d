"""Processes that need not import the program: they are forked from one that has (decision 59).

To import it is most of what a short command does, and tests run hundreds. What is forked has an
environment, folder and files of its own, and is watched, stopped and killed by its number. Where there is
no `os.pidfd_open` (anything but Linux), each begins at the beginning.
"""

import atexit
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from socket import AF_UNIX, SOCK_SEQPACKET, send_fds, socket, socketpair
from subprocess import DEVNULL, CompletedProcess, Popen, TimeoutExpired
from tempfile import TemporaryFile
from typing import IO, Any

from tests.forking.asked import Asked
from tests.forking.forked import GONE, Forked, Started

ROOT = Path(__file__).parent.parent.parent
PROGRAM = "app.cli"
CAN_FORK = hasattr(os, "pidfd_open")


def started(
    *command: str,
    env: dict[str, str],
    cwd: Path,
    output: IO[Any],
    errors: IO[Any],
    said: IO[Any] | None = None,
) -> Started:
    """This module, with these arguments, in a process of its own. Its standard input is empty, or `said`;
    what it writes goes to `output` and `errors`. Raises `ChildProcessError`.
    """
    if not CAN_FORK:
        return begun(*command, env=env, cwd=cwd, output=output, errors=errors, said=said)
    heard, told = socketpair()
    try:
        with told, open(os.devnull) as nothing:
            files = [(said or nothing).fileno(), output.fileno(), errors.fileno(), told.fileno()]
            send_fds(_server(), [Asked(command, env, str(cwd)).as_bytes()], files)
        return Forked(heard, command)
    except BaseException as failure:
        heard.close()
        if isinstance(failure, BrokenPipeError):
            raise ChildProcessError(GONE) from failure
        raise


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
    """To its end, with what it wrote. Raises `TimeoutExpired`, with what it had written by then."""
    with TemporaryFile("w+") as given, TemporaryFile("w+") as output, TemporaryFile("w+") as errors:
        given.write(said)
        given.seek(0)
        one = start(*command, env=env, cwd=cwd, output=output, errors=errors, said=given)
        try:
            status = one.wait(seconds)
        except TimeoutExpired as late:
            one.kill()
            one.wait()
            late.output, late.stderr = _all(output).encode(), _all(errors).encode()
            raise
        except BaseException:
            one.kill()
            raise
        return CompletedProcess(command, status, _all(output), _all(errors))


def _all(written: IO[str]) -> str:
    written.seek(0)
    return written.read()


@cache
def _server() -> socket:
    ours, its = socketpair(AF_UNIX, SOCK_SEQPACKET)
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    env = {**os.environ, "PYTHONPATH": path, "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-m", "tests.forking.server", str(its.fileno())]
    with its:
        server = Popen(  # noqa: S603  # our own program
            command, env=env, cwd=ROOT, stdin=DEVNULL, stdout=DEVNULL, pass_fds=[its.fileno()]
        )

    def end() -> None:
        ours.close()
        server.wait()

    atexit.register(end)
    return ours
