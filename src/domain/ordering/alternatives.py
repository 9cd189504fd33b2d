"""How goods could get to the buyer otherwise: collected where they are sent, sent where collected."""

from collections.abc import Mapping, Sequence

from domain.contracts.ordering import Alternative, Destination, Method
from domain.ordering.places import PICKUP

MOST_NAMED = 3


def others(kind: str, methods: Sequence[Method], line_ids: Sequence[str]) -> tuple[str, ...]:
    """The lines that go by no method of this kind."""
    taken = {line for method in methods if method.kind == kind for line in method.line_ids}
    return tuple(line for line in line_ids if line not in taken)


def collectable(
    line_ids: tuple[str, ...],
    places: Sequence[Destination],
    titles: Mapping[str, str],
    *,
    now: bool,
) -> tuple[Alternative, ...]:
    """These lines at one of the places where goods can be collected (UCP FUL-10)."""
    where = _listed([place.name or "" for place in places], "place", "or")
    return _alternative(PICKUP, line_ids, f"be picked up at {where}", titles, now=now)


def sendable(
    line_ids: tuple[str, ...], country: str, titles: Mapping[str, str], *, now: bool
) -> tuple[Alternative, ...]:
    """These lines by whoever delivers to this country, or wherever there is (UCP FUL-10)."""
    where = f"an address in {country}" if country else "an address of your choice"
    return _alternative("shipping", line_ids, f"be shipped to {where}", titles, now=now)


def _alternative(
    kind: str, line_ids: tuple[str, ...], can: str, titles: Mapping[str, str], *, now: bool
) -> tuple[Alternative, ...]:
    what = _listed(list(dict.fromkeys(titles[line] for line in line_ids)), "item", "and")
    text = f"{what} can now {can}." if now else f"{what} can {can} once there is enough in stock."
    return (
        Alternative(kind=kind, line_ids=line_ids, text=text, fulfillable_on="now" if now else None),
    )


def _listed(names: Sequence[str], what: str, joined: str) -> str:
    """The first of them by name: short enough to be said aloud."""
    shown, more = list(names[:MOST_NAMED]), len(names) - MOST_NAMED
    if more > 0:
        shown.append(f"{more} more {what}" + ("s" if more > 1 else ""))
    return f" {joined} ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
