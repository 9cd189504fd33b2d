"""What staff says, held against what makes sense."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from domain.contracts.ordering import ReceivedLine, ReturnLine, UnfitRequest
from domain.shared.ids import from_public
from domain.shared.values import MOST_UNITS

KEY_LENGTH, REASON_LENGTH = 200, 1000
MOST_ON_A_PAGE = 100


def require_text(key: str = "key", reason: str = "") -> None:
    """Refuses with `UnfitRequest`."""
    if not (key.strip() and key.isprintable() and len(key) <= KEY_LENGTH):
        raise UnfitRequest(f"a key has 1 to {KEY_LENGTH} printable characters")
    if len(reason) > REASON_LENGTH or "\0" in reason:
        raise UnfitRequest(f"a reason has at most {REASON_LENGTH} characters, all of them text")


def require_units(lines: Iterable[tuple[str, int]]) -> None:
    """Refuses with `UnfitRequest`."""
    named = list(lines)
    if not named:
        raise UnfitRequest("it names no line")
    if twice := [line_id for line_id, met in Counter(i for i, _ in named).items() if met > 1]:
        raise UnfitRequest(f"it names line {twice[0]} twice")
    for line_id, units in named:
        if not 0 < units <= MOST_UNITS:
            raise UnfitRequest(f"of line {line_id} it names {units} units")


def units_of(line: ReturnLine | ReceivedLine) -> tuple[int, int]:
    return line.restocked, line.written_off


def came_of(lines: tuple[ReceivedLine, ...]) -> dict[str, tuple[int, int]]:
    """Units that came, restocked and written off, by line. Refuses with `UnfitRequest`."""
    require_units((line.line_id, sum(units_of(line))) for line in lines)
    if any(min(units_of(line)) < 0 for line in lines):
        raise UnfitRequest("units that came are not less than none")
    return {line.line_id: units_of(line) for line in lines}


def bounded(most: int) -> int:
    """How many a page may have, where this many were asked for."""
    return min(max(most, 1), MOST_ON_A_PAGE)


def place(prefix: str, after: str | None) -> UUID | None:
    """Where a list is to be read on. Refuses with `UnfitRequest`."""
    found = from_public(prefix, after) if after is not None else None
    if after is not None and found is None:
        raise UnfitRequest("no page ended there")
    return found


def require_times(*times: datetime | None) -> None:
    """Refuses with `UnfitRequest` what is no time of ours: computers count from 1970 on."""
    for at in times:
        if at is not None and (at.utcoffset() is None or not 1970 <= at.year < 9999):
            raise UnfitRequest("a time is after 1970, and says in which zone")


def require_known(word: str | None, words: Iterable[str]) -> None:
    """Refuses with `UnfitRequest`."""
    if word is not None and word not in (known := list(words)):
        raise UnfitRequest(f"it is one of {', '.join(known)}")
