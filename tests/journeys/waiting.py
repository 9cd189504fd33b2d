from asyncio import sleep
from collections.abc import Callable
from time import monotonic

PATIENCE_SECONDS = 120.0


async def wait_for(what: str, is_so: Callable[[], object]) -> None:
    """Wait until it is so; not for ever."""
    until = monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert monotonic() < until, f"there never was {what}"
        await sleep(0.05)
