"""The lines of an order: as they were sold, and units as they come and go."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from domain.contracts.ordering import FulfilmentEvent, OrderedUnits, OrderLine, PlacedLine
from domain.ordering.checkout import Content
from domain.shared.values import Sku

Lines = tuple[OrderLine, ...]


def ordered(content: Content) -> Lines:
    return tuple(
        OrderLine(
            line_id=line.line_id,
            sku=line.sku,
            title=line.title,
            image_url=line.image_url,
            parent_id=line.parent_id,
            unit_price=line.unit_price,
            units_ordered=line.quantity.units,
            units=line.quantity.units,
            units_fulfilled=0,
            subtotal=line.subtotal,
            discount=line.discount,
            total=line.total,
            tax=line.tax,
        )
        for line in content.lines
    )


def placed(content: Content) -> tuple[PlacedLine, ...]:
    return tuple(
        PlacedLine(
            line_id=line.line_id,
            sku=line.sku,
            quantity=line.quantity,
            needs_delivery=line.line_id not in content.undelivered,
        )
        for line in content.lines
    )


def ordered_units(lines: Lines) -> tuple[OrderedUnits, ...]:
    """In the order of their SKUs, whatever became of them since."""
    units = Counter[Sku]()
    for line in lines:
        units[line.sku] += line.units_ordered
    return tuple(OrderedUnits(sku=sku, units=units[sku]) for sku in sorted(units))


def moved(lines: Lines, **changes: Mapping[str, int]) -> Lines:
    """Lines with units added to some of their counters: by counter, by line."""
    return tuple(
        replace(
            line,
            **{
                counter: getattr(line, counter) + units.get(line.line_id, 0)
                for counter, units in changes.items()
            },
        )
        for line in lines
    )


def sent(lines: Lines, event: FulfilmentEvent, *, is_cancelled: bool) -> Lines:
    """Lines of which units have left; no more count than there are to send."""
    units = {line.line_id: line.units for line in event.lines}
    return tuple(
        replace(
            line,
            units_fulfilled=min(
                line.units_fulfilled + units.get(line.line_id, 0),
                line.units_ordered if is_cancelled else line.units,
            ),
        )
        for line in lines
    )
