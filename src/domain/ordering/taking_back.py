"""What came back of an order: units, and what was paid for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.contracts.ordering import OrderLine, ReturnedUnits, ReturnLine, Total
from domain.shared.values import Sku

NOT_FOR_GOODS = ("total", "fulfillment")


def received_units(lines: Sequence[ReturnLine]) -> dict[str, int]:
    """Units that came back, by line: of those lines of which any did."""
    counted = {line.line_id: line.restocked + line.written_off for line in lines}
    return {line_id: units for line_id, units in counted.items() if units}


def returned_units(lines: Sequence[ReturnLine]) -> tuple[ReturnedUnits, ...]:
    """Units that came back, by SKU."""
    units: dict[Sku, tuple[int, int]] = {}
    for line in lines:
        restocked, written_off = units.get(line.sku, (0, 0))
        units[line.sku] = restocked + line.restocked, written_off + line.written_off
    return tuple(
        ReturnedUnits(sku=sku, restocked=restocked, written_off=written_off)
        for sku, (restocked, written_off) in sorted(units.items())
        if restocked or written_off
    )


def paid_by_line(lines: Sequence[OrderLine], totals: Sequence[Total]) -> dict[str, int]:
    """What was paid for each line: its total and its tax, and its share of what is told of no line
    (by largest remainders, so that the shares add up). Delivery is no part of it.
    """
    own = [line.total + line.tax for line in lines]
    whole = sum(
        entry.amount
        for entry in totals
        if entry.kind not in NOT_FOR_GOODS and not entry.is_for_delivery
    )
    shares = _shared(whole - sum(own), [line.total for line in lines])
    return {line.line_id: o + s for line, o, s in zip(lines, own, shares, strict=True)}


@dataclass(frozen=True)
class Back:
    """Units of a line that are back, and what is due for them."""

    units: int = 0
    due: int = 0


def back_by_line(lines: Iterable[ReturnLine]) -> dict[str, Back]:
    """What is back by these lines of returns, by line of the order."""
    back: dict[str, Back] = {}
    for line in lines:
        before = back.get(line.line_id, Back())
        units = line.restocked + line.written_off
        back[line.line_id] = Back(before.units + units, before.due + line.due)
    return back


def paid_for(line: OrderLine, paid: int, units: int, before: Back) -> int:
    """What was paid for units of a line that come back; those `before` took their part.

    Each unit is paid for with its even part, and some with one of the odd cents more. The parts of
    all units add up to what was paid, in whatever order they come back and are given out again.
    """
    each, odd = divmod(paid, line.units_ordered)
    taken = before.due - each * before.units
    return each * units + min(units, min(before.units + units, odd) - taken)


def _shared(amount: int, weights: Sequence[int]) -> list[int]:
    whole = sum(weights)
    if not whole or not amount:
        return [0] * len(weights)
    parts = [amount * weight // whole for weight in weights]
    remainders = [-(amount * weight % whole) for weight in weights]
    for place in sorted(range(len(weights)), key=remainders.__getitem__)[: amount - sum(parts)]:
        parts[place] += 1
    return parts
