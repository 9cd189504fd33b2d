"""Recovery alone, as another process would do it: until nothing is left to recover.

python -m tests.faults.recover SECONDS
"""

import sys
from asyncio import run, sleep
from time import monotonic

from app.container import Container
from app.house import opened
from app.settings import load_settings


async def recover(seconds: float) -> None:
    container, settings = Container(), load_settings()
    until = monotonic() + seconds
    async with opened(settings, container) as house:
        house.start()
        while await left(container):
            if monotonic() > until:
                raise SystemExit("there is something left to recover")
            await sleep(0.05)
        await house.stop(5)


async def left(container: Container) -> bool:
    """Whether any attempt is not over, whoever drives it."""
    async with container.ordering_begin()() as book:
        far_ahead = container.clock()().replace(year=9999)
        return bool(await book.overdue(far_ahead, most=1))


if __name__ == "__main__":
    run(recover(float(sys.argv[1])))
