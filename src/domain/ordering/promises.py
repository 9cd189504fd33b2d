"""What a buyer was promised when the order was placed."""

from domain.contracts.ordering import Expectation, LineUnits
from domain.ordering.checkout import Content
from domain.shared.values import Address


def promised(content: Content) -> tuple[Expectation, ...]:
    """Where the goods of a checkout are to go, and how."""
    return tuple(
        Expectation(
            expectation_id=f"expectation_{number}",
            lines=tuple(
                LineUnits(line_id=line.line_id, units=line.quantity.units)
                for line in content.lines
                if line.line_id in method.line_ids
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
                    for group in method.groups
                    for option in group.options
                    if option.option_id == group.selected_option_id
                ),
                None,
            ),
        )
        for number, method in enumerate(content.methods or (), 1)
        if method.line_ids
    )
