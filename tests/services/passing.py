"""Servers that are there for one command, as CI wants them."""

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from signal import SIGTERM, signal
from subprocess import Popen

from tests.services.finding import NAMED_BY
from tests.services.kinds import KINDS
from tests.services.temporary import a_server, memory


def during(command: Sequence[str]) -> int:
    """Run it with a server of each kind that nobody named; its exit code. They end with it, also
    where it fails or we are told to stop. Raises `NotInstalled` and `Failed`."""
    signal(SIGTERM, lambda number, _frame: sys.exit(128 + number))
    named = {NAMED_BY.format(name.upper()): kind for name, kind in KINDS.items()}
    with ExitStack() as stack:
        begun = {
            name: stack.enter_context(a_server(kind, place=memory())).url
            for name, kind in named.items()
            if not os.environ.get(name)
        }
        process = stack.enter_context(Popen(command, env={**os.environ, **begun}))  # noqa: S603  # ours
        stack.callback(process.terminate)
        return process.wait()
