"""How a checkout's goods are to get there: what the client wants, made to fit what can be done.

Each line that needs delivery goes by one method, which has one destination and one group (UCP FUL-6) or,
where some goods travel apart from the rest and the client knows what to make of it, two.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from domain.contracts.ordering import (
    Destination,
    Method,
    Notice,
    WantedMethod,
)
from domain.ordering.groups import chosen, grouped, name_of, named
from domain.ordering.places import PICKUP, Delivery, an_error, at
from domain.shared.values import Address


def choose(
    wanted: tuple[WantedMethod, ...] | None,
    *,
    known: tuple[Method, ...] | None,
    stored: Sequence[Destination],
    line_ids: tuple[str, ...],
    is_merge: bool,
    places: Sequence[Destination] = (),
    apart: Collection[str] = (),
) -> Delivery:
    """Where goods go: destinations with ids, and the selected one if that is clear.

    `known` is what the checkout had, `stored` the addresses that may be offered to its buyer,
    `line_ids` what needs delivery, `places` where goods can be collected, `apart` what of it travels
    apart from the rest where it is sent. With `is_merge`, what is not mentioned stays as it was.
    """
    if wanted is None and is_merge:
        return Delivery(methods=_for_lines(known, line_ids, places, apart))
    if not wanted:
        return Delivery(methods=None if wanted is None else ())
    methods: list[Method] = []
    notices: tuple[Notice, ...] = ()
    befores = [_counterpart(one, known, i, is_merge=is_merge) for i, one in enumerate(wanted)]
    shares = _shares(wanted, befores, line_ids)
    for index, (one, before, its) in enumerate(zip(wanted, befores, shares, strict=True)):
        is_taken = before and before.method_id in [m.method_id for m in methods]
        method, said = _method(
            one, None if is_taken else before, stored, its, index, places, apart, is_merge=is_merge
        )
        methods.append(replace(method, **_named(method, methods, befores)))
        notices += said
        if not its and len(wanted) > 1:
            text = "Nothing is delivered like this: say which items are (line_item_ids)."
            notices += (an_error("unsupported", text, f"{at(index)}.line_item_ids"),)
    return Delivery(methods=tuple(methods), notices=notices)


def _shares(
    wanted: Sequence[WantedMethod], befores: Sequence[Method | None], line_ids: tuple[str, ...]
) -> list[tuple[str, ...]]:
    """Each line by one method: the first that names it or else, as all of a sole one, the first
    that names none.
    """
    if len(wanted) == 1:
        return [line_ids]
    named = [
        one.line_ids if one.line_ids is not None else before.line_ids if before else ()
        for one, before in zip(wanted, befores, strict=True)
    ]
    rest = next((index for index, names in enumerate(named) if not names), 0)
    goes_by = {
        line: next((index for index, names in enumerate(named) if line in names), rest)
        for line in line_ids
    }
    return [
        tuple(line for line in line_ids if goes_by[line] == index) for index in range(len(wanted))
    ]


def _named(
    method: Method, others: Sequence[Method], kept: Sequence[Method | None]
) -> dict[str, Any]:
    """A name for a new method and its groups, which no other has."""
    if method.method_id:
        return {}
    taken = {one.method_id for one in (*others, *kept) if one}
    number = next(n for n in range(1, len(taken) + 2) if f"method_{n}" not in taken)
    return {"method_id": f"method_{number}", "groups": named(method.groups, f"group_{number}")}


def _for_lines(
    known: tuple[Method, ...] | None,
    line_ids: tuple[str, ...],
    places: Sequence[Destination],
    apart: Collection[str],
) -> tuple[Method, ...] | None:
    """As it was, for the lines that there are now: new ones go by the first."""
    if known is None:
        return None
    asked = tuple(WantedMethod(line_ids=method.line_ids) for method in known)
    shares = _shares(asked, known, line_ids) if asked else []
    return tuple(
        replace(
            _today(method, places),
            line_ids=its,
            groups=chosen(
                grouped(its, () if method.kind == PICKUP else apart, name_of(method)),
                (),
                method,
                is_merge=True,
            ),
        )
        for method, its in zip(known, shares, strict=True)
    )


def _today(method: Method, places: Sequence[Destination]) -> Method:
    """With the places where goods can be collected now."""
    if method.kind != PICKUP:
        return method
    is_there = method.selected_destination_id in [place.destination_id for place in places]
    chosen = method.selected_destination_id if is_there else None
    return replace(method, destinations=tuple(places), selected_destination_id=chosen)


def _counterpart(
    wanted: WantedMethod, known: tuple[Method, ...] | None, index: int, *, is_merge: bool
) -> Method | None:
    """What the checkout had under this id or, when merging, in this place."""
    for method in known or ():
        if method.method_id == wanted.method_id:
            return method
    return known[index] if is_merge and known and index < len(known) else None


def _method(
    wanted: WantedMethod,
    before: Method | None,
    stored: Sequence[Destination],
    line_ids: tuple[str, ...],
    index: int,
    places: Sequence[Destination],
    apart: Collection[str],
    *,
    is_merge: bool,
) -> tuple[Method, tuple[Notice, ...]]:
    notices: tuple[Notice, ...] = ()
    kind = wanted.kind or (before.kind if before else "shipping")
    if kind == PICKUP and not places:
        text = "Nothing can be picked up here: choose shipping."
        notices += (an_error("unsupported", text, f"{at(index)}.type"),)
    if before and before.kind != kind:
        groups = grouped((), (), name_of(before))
        before = replace(before, destinations=(), selected_destination_id=None, groups=groups)
    destinations = _destinations(wanted, before, stored)
    if kind == PICKUP and places:
        destinations = tuple(places)
    selected, unknown = _selected(wanted, before, destinations, is_merge=is_merge)
    if unknown:
        path = f"{at(index)}.selected_destination_id"
        notices += (an_error("invalid", "There is no such destination.", path),)
    groups = grouped(line_ids, () if kind == PICKUP else apart, name_of(before))
    method = Method(
        method_id=before.method_id if before else "",
        kind=kind,
        line_ids=line_ids,
        destinations=destinations,
        selected_destination_id=selected,
        groups=chosen(groups, wanted.groups or (), before, is_merge=is_merge),
    )
    return method, notices


def _destinations(
    wanted: WantedMethod, before: Method | None, stored: Sequence[Destination]
) -> tuple[Destination, ...]:
    if wanted.destinations is None:
        kept = before.destinations if before else ()
        new = [d for d in stored if d.destination_id not in {k.destination_id for k in kept}]
        return (*kept, *new)
    known = [*stored, *(before.destinations if before else ())]
    named: list[Destination] = []
    for destination in wanted.destinations:
        alike = [d.destination_id for d in known if d.address == destination.address]
        taken = {d.destination_id for d in (*named, *known)}
        fresh = (f"destination_{n}" for n in range(1, len(taken) + 2))
        name = destination.destination_id or next(iter(alike), None)
        name = name or next(n for n in fresh if n not in taken)
        if name not in {d.destination_id for d in named}:
            address = _stored_content(destination, known)
            named.append(Destination(destination_id=name, address=address))
    return tuple(named)


def _stored_content(destination: Destination, known: Sequence[Destination]) -> Address:
    """What is meant by a destination of which only the id was sent."""
    if destination.address == Address():
        for other in known:
            if other.destination_id == destination.destination_id:
                return other.address
    return destination.address


def _selected(
    wanted: WantedMethod,
    before: Method | None,
    destinations: tuple[Destination, ...],
    *,
    is_merge: bool,
) -> tuple[str | None, bool]:
    """The selected destination, and whether one was asked for that is not there."""
    offered = {d.destination_id for d in destinations}
    if wanted.selected_destination_id is not None:
        is_there = wanted.selected_destination_id in offered
        return (wanted.selected_destination_id, False) if is_there else (None, True)
    if is_merge and before and before.selected_destination_id in offered:
        return before.selected_destination_id, False
    is_sole = wanted.destinations or any(place.name for place in destinations)
    is_kept = before and before.selected_destination_id in offered  # FUL-15
    if (is_sole or is_kept) and len(destinations) == 1:
        return destinations[0].destination_id, False
    return None, False


def is_collected(methods: Iterable[Method | WantedMethod] | None) -> bool:
    """Whether any goods are collected, so that it must be known where they can be."""
    return any(method.kind == PICKUP for method in methods or ())
