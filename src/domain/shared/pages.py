"""Lists are read page by page, by the key of what came last: what is added meanwhile moves nothing."""

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")
MOST_ON_A_PAGE = 100


def bounded(most: int) -> int:
    """How many a page may have, where this many were asked for."""
    return min(max(most, 1), MOST_ON_A_PAGE)


def cut(found: Sequence[Item], most: int) -> tuple[tuple[Item, ...], bool]:
    """A page of what was found, when one more was looked for, and whether more follows it."""
    return tuple(found[:most]), len(found) > most
