"""How a checkout's goods are to get there: what the client wants, made to fit what can be done.

Everything that needs delivery goes by one shipping method, to one destination, in one group.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.contracts.ordering import (
    Destination,
    Group,
    Method,
    Notice,
    Option,
    WantedGroup,
    WantedMethod,
)
from domain.shared.values import Address

FIRST_METHOD = "fulfillment.methods[0]"
THE_GROUP = "group_1"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """`methods` is `None` where delivery was never spoken of."""

    methods: tuple[Method, ...] | None
    notices: tuple[Notice, ...] = ()

    @property
    def address(self) -> Address | None:
        """Where the goods go, once that is chosen."""
        for method in self.methods or ():
            for destination in method.destinations:
                if destination.destination_id == method.selected_destination_id:
                    return destination.address
        return None


def choose(
    wanted: tuple[WantedMethod, ...] | None,
    *,
    known: tuple[Method, ...] | None,
    stored: Sequence[Destination],
    line_ids: tuple[str, ...],
    is_merge: bool,
) -> Delivery:
    """Where goods go: destinations with ids, and the selected one if that is clear.

    `known` is what the checkout had, `stored` the addresses that may be offered to its buyer,
    `line_ids` what needs delivery. With `is_merge`, what is not mentioned stays as it was.
    """
    if wanted is None and is_merge:
        return Delivery(methods=_for_lines(known, line_ids))
    if not wanted:
        return Delivery(methods=None if wanted is None else ())
    before = _counterpart(wanted[0], known, is_merge=is_merge)
    method, notices = _method(wanted[0], before, stored, line_ids, is_merge=is_merge)
    if len(wanted) > 1:
        text = "All items are delivered together: send one shipping method."
        notices += (_error("unsupported", text, "fulfillment.methods[1]"),)
    return Delivery(methods=(method,), notices=notices)


def _for_lines(
    known: tuple[Method, ...] | None, line_ids: tuple[str, ...]
) -> tuple[Method, ...] | None:
    if known is None:
        return None
    return tuple(
        replace(m, line_ids=line_ids, groups=tuple(replace(g, line_ids=line_ids) for g in m.groups))
        for m in known
    )


def _counterpart(
    wanted: WantedMethod, known: tuple[Method, ...] | None, *, is_merge: bool
) -> Method | None:
    """What the checkout had under this id or, when merging, in this place."""
    for method in known or ():
        if method.method_id == wanted.method_id or is_merge:
            return method
    return None


def _method(
    wanted: WantedMethod,
    before: Method | None,
    stored: Sequence[Destination],
    line_ids: tuple[str, ...],
    *,
    is_merge: bool,
) -> tuple[Method, tuple[Notice, ...]]:
    notices: tuple[Notice, ...] = ()
    kind = wanted.kind or (before.kind if before else "shipping")
    if kind != "shipping":
        text = "Nothing can be picked up here: choose shipping."
        notices += (_error("unsupported", text, f"{FIRST_METHOD}.type"),)
    destinations = _destinations(wanted, before, stored)
    selected, unknown = _selected(wanted, before, destinations, is_merge=is_merge)
    if unknown:
        path = f"{FIRST_METHOD}.selected_destination_id"
        notices += (_error("invalid", "There is no such destination.", path),)
    group = _wanted_group(wanted, before, is_merge=is_merge)
    method = Method(
        method_id=before.method_id if before else "method_1",
        kind=kind,
        line_ids=line_ids,
        destinations=destinations,
        selected_destination_id=selected,
        groups=(Group(group_id=THE_GROUP, line_ids=line_ids, selected_option_id=group),),
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
    if wanted.destinations and len(destinations) == 1:
        return destinations[0].destination_id, False
    return None, False


def _wanted_group(wanted: WantedMethod, before: Method | None, *, is_merge: bool) -> str | None:
    first = next(iter(wanted.groups or ()), WantedGroup())
    if first.selected_option_id is None and is_merge and before and before.groups:
        return before.groups[0].selected_option_id
    return first.selected_option_id


def country_of(address: Address | None) -> str | None:
    """The country as rates and taxes know it: ISO 3166 alpha-2. Other spellings are not guessed at,
    for a wrong guess is a wrong price.
    """
    country = (address.address_country or "").strip().upper() if address else ""
    return country if len(country) == 2 and country.isascii() and country.isalpha() else None


def offer(
    delivery: Delivery, options: tuple[Option, ...], *, known: tuple[Method, ...] | None
) -> Delivery:
    """Offer these ways to get to the chosen address, and keep the chosen one if it is among them."""
    if not delivery.methods:
        return delivery
    (method,) = delivery.methods
    (group,) = method.groups
    wanted, offered = group.selected_option_id, {o.option_id for o in options}
    notices = delivery.notices
    if wanted is not None and wanted not in offered:
        was_offered = any(
            o.option_id == wanted for m in known or () for g in m.groups for o in g.options
        )
        path = f"{FIRST_METHOD}.groups[0].selected_option_id"
        if was_offered:
            text = "The chosen delivery option is no longer available: choose another."
            notices += (Notice(kind="warning", code="fulfillment_changed", text=text, path=path),)
        elif offered:
            notices += (_error("invalid", "There is no such delivery option.", path),)
        wanted = None
    group = replace(group, options=options, selected_option_id=wanted)
    return Delivery(methods=(replace(method, groups=(group,)),), notices=notices)


def what_is_missing(delivery: Delivery, line_ids: tuple[str, ...]) -> tuple[Notice, ...]:
    """What must still be said before these lines can be delivered."""
    if not line_ids:
        return ()
    if not delivery.methods:
        text = "Choose how the items are delivered."
        return (_error("missing", text, "fulfillment.methods" if delivery.methods == () else None),)
    (method,) = delivery.methods
    address = delivery.address
    if address is None:
        text = "Choose where the items are delivered."
        return (_error("missing", text, f"{FIRST_METHOD}.selected_destination_id"),)
    (group,) = method.groups
    if not group.options:
        text = "Nothing can be delivered to this address."
        if country_of(address) is None:
            text = "The address needs its country as two letters (ISO 3166), such as US."
        return (_error("address_undeliverable", text, f"{FIRST_METHOD}.selected_destination_id"),)
    if group.selected_option_id is None:
        text = "Choose a delivery option."
        return (_error("missing", text, f"{FIRST_METHOD}.groups[0].selected_option_id"),)
    return ()


def _error(code: str, text: str, path: str | None) -> Notice:
    return Notice(kind="error", code=code, text=text, severity="recoverable", path=path)
