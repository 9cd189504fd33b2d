"""Waiting for what comes about in other processes, on a machine that has much else to do."""

from asyncio import sleep, to_thread
from collections.abc import Callable
from time import monotonic

PATIENCE_SECONDS = 180.0


class NeverCame(Exception):
    """What was waited for did not come about."""

    def __str__(self) -> str:
        return f"there never was {self.args[0]}"


async def until(what: str, is_so: Callable[[], object]) -> None:
    """Wait until it is so, asking from a thread; not for ever. Raises `NeverCame`."""
    last = monotonic() + PATIENCE_SECONDS
    while not await to_thread(is_so):
        if monotonic() > last:
            raise NeverCame(what)
        await sleep(0.1)
