"""What a platform can pay with here: what both sides take (UCP PAY-3)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.ucp.presentation import Instrument


def common(ours: Iterable[Instrument], theirs: Iterable[Instrument]) -> tuple[Instrument, ...]:
    """Ours, as far as theirs go; who names no instruments takes them all."""
    named = tuple(theirs)
    return tuple(_common(ours, named)) if named else tuple(ours)


def _common(ours: Iterable[Instrument], theirs: tuple[Instrument, ...]) -> Iterator[Instrument]:
    for one in ours:
        for other in theirs:
            if one.type == other.type and (both := _both(one, other)):
                yield both
                break


def _both(one: Instrument, other: Instrument) -> Instrument | None:
    """Lists are what is allowed, and are cut; in anything else it is us who know."""
    ours, theirs = one.constraints or {}, other.constraints or {}
    limits: dict[str, Any] = {**theirs, **ours}
    for name in ours.keys() & theirs.keys():
        if isinstance(ours[name], list) and isinstance(theirs[name], list):
            limits[name] = [value for value in ours[name] if value in theirs[name]]
    if any(limit == [] for limit in limits.values()):
        return None
    return Instrument(one.type, limits or None)


def resolved(
    ids: Iterable[str],
    ours: Mapping[str, tuple[Instrument, ...]],
    theirs: Mapping[str, tuple[Instrument, ...]],
    name_of: Mapping[str, str],
) -> dict[str, tuple[Instrument, ...]]:
    """By the ids of our handlers: one that nothing is left of is no way to pay."""
    found = {one: common(ours.get(one, ()), theirs.get(name_of[one], ())) for one in ids}
    return {one: ways for one, ways in found.items() if ways}
