"""What a client wants, line by line, against what can be sold."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from domain.contracts.inventory import Stock
from domain.contracts.ordering import Notice, WantedLine
from domain.shared.values import Sku


class NothingAvailable(Exception):
    """None of the lines can be sold; the notices say why."""

    def __init__(self, notices: tuple[Notice, ...]) -> None:
        super().__init__(notices)
        self.notices = notices


def named(
    wanted: Sequence[WantedLine], known: Collection[str], *, used: int = 0
) -> tuple[WantedLine, ...]:
    """Each line under an id of ours: its own where the checkout `known` has it, or a new one.

    `used` ids were given in this checkout before, and are given to nothing else.

    A name that the client made up is good within its request: parents are found by it.
    """
    names: dict[str, str] = {}
    lines: list[WantedLine] = []
    for line in wanted:
        own = line.line_id
        is_kept = own in known and own not in names
        if own and is_kept:
            name = own
        else:
            used += 1
            name = f"line_{used}"
        if own:
            names.setdefault(own, name)
        lines.append(replace(line, line_id=name))
    parents = [names.get(line.parent_id) if line.parent_id else None for line in lines]
    return tuple(
        replace(line, parent_id=parent if parent != line.line_id else None)
        for line, parent in zip(lines, parents, strict=True)
    )


def not_for_sale(skus: Iterable[Sku]) -> tuple[Notice, ...]:
    return tuple(
        Notice(
            kind="error",
            code="item_unavailable",
            text=f"Item {sku} was not found, and is left out.",
            severity="recoverable",
        )
        for sku in dict.fromkeys(skus)
    )


def shortages(lines: Sequence[WantedLine], stock: Mapping[Sku, Stock]) -> tuple[Notice, ...]:
    """A notice for each line that there is not enough for, lines of one SKU counted together."""
    notices: list[Notice] = []
    wanted: Counter[Sku] = Counter()
    for index, line in enumerate(lines):
        wanted[line.sku] += line.quantity.units
        left = stock[line.sku].units_available if line.sku in stock else 0
        if wanted[line.sku] > left:
            notices.append(out_of_stock(index, line.sku, left))
    return tuple(notices)


def is_gone(lines: Sequence[WantedLine], stock: Mapping[Sku, Stock]) -> bool:
    """Whether nothing is left of any line (UCP CHK-21). Of what there is too little, less can be
    wanted (CHK-20).
    """
    left = (stock[line.sku].units_available if line.sku in stock else 0 for line in lines)
    return not any(units > 0 for units in left)


def out_of_stock(index: int, sku: Sku, units_left: int) -> Notice:
    return Notice(
        kind="error",
        code="out_of_stock",
        text=f"Insufficient stock of {sku}: {units_left} left.",
        severity="recoverable",
        path=f"line_items[{index}].quantity",
    )
