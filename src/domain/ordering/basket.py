"""What a client wants, line by line, against what can be sold."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from domain.contracts.inventory import Stock
from domain.contracts.ordering import Notice, WantedLine
from domain.shared.values import Sku


def named(wanted: Sequence[WantedLine], known: Collection[str]) -> tuple[WantedLine, ...]:
    """Each line under an id of ours: its own where the checkout `known` has it, or a new one.

    A name that the client made up is good within its request: parents are found by it.
    """
    names: dict[str, str] = {}
    taken = set(known)
    lines: list[WantedLine] = []
    for line in wanted:
        own = line.line_id
        is_kept = own in known and own not in names
        name = own if own and is_kept else _fresh(taken)
        taken.add(name)
        if own:
            names.setdefault(own, name)
        lines.append(replace(line, line_id=name))
    return tuple(
        replace(line, parent_id=names.get(line.parent_id) if line.parent_id else None)
        for line in lines
    )


def _fresh(taken: Collection[str]) -> str:
    return next(name for n in range(1, len(taken) + 2) if (name := f"line_{n}") not in taken)


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


def out_of_stock(index: int, sku: Sku, units_left: int) -> Notice:
    return Notice(
        kind="error",
        code="out_of_stock",
        text=f"Insufficient stock of {sku}: {units_left} left.",
        severity="recoverable",
        path=f"line_items[{index}].quantity",
    )
