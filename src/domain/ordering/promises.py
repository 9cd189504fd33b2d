"""What a buyer was promised when the order was placed."""

from domain.contracts.ordering import Expectation, Group, LineUnits, Method
from domain.ordering.checkout import Content
from domain.shared.values import Address


def promised(content: Content) -> tuple[Expectation, ...]:
    """Where the goods of a checkout are to go, and how: for each group one promise (UCP ORD-5)."""
    return tuple(
        Expectation(
            expectation_id=f"expectation_{number}",
            lines=tuple(
                LineUnits(line_id=line.line_id, units=line.quantity.units)
                for line in content.lines
                if line.line_id in group.line_ids
            ),
            method_kind=method.kind,
            destination=next(
                (
                    d.address
                    for d in method.destinations
                    if d.destination_id == method.selected_destination_id
                ),
                Address(),
            ),
            description=next(
                (
                    option.title
                    for option in group.options
                    if option.option_id == group.selected_option_id
                ),
                None,
            ),
        )
        for number, (method, group) in enumerate(_groups(content), 1)
        if group.line_ids
    )


def _groups(content: Content) -> list[tuple[Method, Group]]:
    return [(method, group) for method in content.methods or () for group in method.groups]
