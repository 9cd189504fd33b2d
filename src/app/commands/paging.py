"""Lists of contracts, read page by page."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

PAGE = 100


async def every(
    call: Callable[[Any], Awaitable[Any]], message: Any, *, most: int | None = None
) -> AsyncIterator[Any]:
    """What a call lists, from the start: all of it, or at most so much."""
    left = most
    while left is None or left > 0:
        asked = replace(message, most=PAGE if left is None else min(left, PAGE))
        page = await call(asked)
        for item in page.items:
            yield item
        left = None if left is None else left - len(page.items)
        if not page.next:
            return
        message = replace(message, after=page.next)
