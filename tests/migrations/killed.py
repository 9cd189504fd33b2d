"""Migrates one context, and kills itself right after a statement that changes something.

python -m tests.migrations.killed URL CONTEXT NUMBER: the NUMBER-th such statement.
"""

import os
import sys
from asyncio import run
from itertools import count
from signal import SIGKILL
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.event import listen

from infrastructure.shared.migrations.tables import migrate
from tests.migrations.kept import Kept

CHANGES = ("ALTER", "CREATE", "DELETE", "DROP", "INSERT", "UPDATE")


def kill_after(number: int) -> None:
    seen = count(1)

    def executed(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.lstrip().startswith(CHANGES) and next(seen) == number:
            os.kill(os.getpid(), SIGKILL)

    listen(Engine, "after_cursor_execute", executed)


if __name__ == "__main__":
    url, context, number = sys.argv[1:]
    kill_after(int(number))
    run(migrate(Kept(url, (context,))))
