"""Servers that are there for one command, as CI wants them."""

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from signal import SIGKILL, SIGTERM, signal
from subprocess import Popen
from time import monotonic, sleep

from tests.services.finding import NAMED_BY
from tests.services.kinds import KINDS
from tests.services.temporary import a_server, memory

SECONDS_TO_CLEAR_UP = 60.0


def during(command: Sequence[str]) -> int:
    """Run it with a server of each kind that nobody named; its exit code. They end with it, also
    where it fails; where we are told to stop, so is all that it began. Raises `NotInstalled` and
    `Failed`.
    """
    signal(SIGTERM, lambda number, _frame: sys.exit(128 + number))
    named = {NAMED_BY.format(name.upper()): kind for name, kind in KINDS.items()}
    with ExitStack() as stack:
        begun = {
            name: stack.enter_context(a_server(kind, place=memory())).url
            for name, kind in named.items()
            if not os.environ.get(name)
        }
        env = {**os.environ, **begun}
        process = stack.enter_context(Popen(command, env=env, process_group=0))  # noqa: S603  # ours
        stack.callback(_stop, process)
        return process.wait()


def _stop(process: Popen[bytes]) -> None:
    """And all that it began, which has its servers until it has ended."""
    until = monotonic() + SECONDS_TO_CLEAR_UP
    with suppress(ProcessLookupError):
        os.killpg(process.pid, SIGTERM)
        while monotonic() < until:
            process.poll()
            os.killpg(process.pid, 0)
            sleep(0.05)
        os.killpg(process.pid, SIGKILL)
