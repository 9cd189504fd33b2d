"""Holds the lock of a database for as long as it lives. python -m tests.migrations.holding URL"""

import sys
from asyncio import Event, run
from time import monotonic

from infrastructure.shared.database.engines import Engines
from infrastructure.shared.migrations.lock import only_migrator


async def hold(url: str) -> None:
    async with only_migrator(Engines().at(url), monotonic()):
        print("held", flush=True)  # noqa: T201  # the test waits for it
        await Event().wait()


if __name__ == "__main__":
    run(hold(sys.argv[1]))
