"""Ways to get goods to where they go: what is offered, what of it is chosen, and what is missing."""

from collections.abc import Sequence
from dataclasses import replace

from domain.contracts.ordering import Method, Notice, Option
from domain.ordering.places import PICKUP, Delivery, an_error, at, chosen_address, country_of


def at_the_place(method: Method) -> tuple[Option, ...]:
    """The one way to collect goods where that is chosen: it costs nothing (UCP FUL-8)."""
    for place in method.destinations:
        if place.destination_id == method.selected_destination_id:
            return (
                Option(
                    option_id=f"pickup-{place.destination_id}",
                    service_level=PICKUP,
                    title=f"Pick up at {place.name}",
                    price=0,
                ),
            )
    return ()


def offer(
    delivery: Delivery,
    options: Sequence[tuple[Option, ...]],
    *,
    known: tuple[Method, ...] | None,
) -> Delivery:
    """Offer these ways to get to the chosen address of each method, and keep the chosen one if it is
    among them.
    """
    if not delivery.methods:
        return delivery
    notices, methods = delivery.notices, []
    for index, (method, offered) in enumerate(zip(delivery.methods, options, strict=True)):
        kept, said = _offered(method, offered, index, known)
        methods.append(kept)
        notices += said
    return Delivery(methods=tuple(methods), notices=notices)


def _offered(
    method: Method, options: tuple[Option, ...], index: int, known: tuple[Method, ...] | None
) -> tuple[Method, tuple[Notice, ...]]:
    known_ids = {o.option_id for m in known or () for g in m.groups for o in g.options}
    offered = {option.option_id for option in options}
    notices: tuple[Notice, ...] = ()
    groups = []
    for number, group in enumerate(method.groups):
        wanted = group.selected_option_id
        if wanted is not None and wanted not in offered:
            notices += _gone(
                way(index, number), is_any=bool(offered), was_offered=wanted in known_ids
            )
            wanted = None
        groups.append(replace(group, options=options, selected_option_id=wanted))
    return replace(method, groups=tuple(groups)), notices


def _gone(path: str, *, is_any: bool, was_offered: bool) -> tuple[Notice, ...]:
    if was_offered:
        text = "The chosen delivery option is no longer available: choose another."
        return (Notice(kind="warning", code="fulfillment_changed", text=text, path=path),)
    if is_any:
        return (an_error("invalid", "There is no such delivery option.", path),)
    return ()


def what_is_missing(delivery: Delivery, line_ids: tuple[str, ...]) -> tuple[Notice, ...]:
    """What must still be said before these lines can be delivered: of each method the next step."""
    if not line_ids:
        return ()
    if not delivery.methods:
        text = "Choose how the items are delivered."
        return (
            an_error("missing", text, "fulfillment.methods" if delivery.methods == () else None),
        )
    steps = (_next_step(method, i) for i, method in enumerate(delivery.methods))
    return tuple(step for step in steps if step)


def _next_step(method: Method, index: int) -> Notice | None:
    if not method.line_ids:
        return None
    address, path = chosen_address(method), f"{at(index)}.selected_destination_id"
    if address is None:
        return an_error("missing", "Choose where the items are delivered.", path)
    for number, group in enumerate(method.groups):
        if not group.options:
            text = "Nothing can be delivered to this address."
            if country_of(address) is None:
                text = "The address needs its country: its code (ISO 3166), such as US, or its English name."
            return an_error("address_undeliverable", text, path)
        if group.selected_option_id is None:
            return an_error("missing", "Choose a delivery option.", way(index, number))
    return None


def way(index: int, group: int) -> str:
    return f"{at(index)}.groups[{group}].selected_option_id"
