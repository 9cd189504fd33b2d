"""Why what lies on a shelf changes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from domain.contracts.inventory import (
    ADJUSTMENT_REASONS,
    COUNT_REASONS,
    MOST_ON_HAND,
    AdjustStock,
    Count,
    CountStock,
    KeyReused,
    UnfitAdjustment,
    UnfitCount,
    UnknownSku,
)
from domain.contracts.ordering import GoodsNotReturned, GoodsReturned
from domain.inventory.stock import about_count
from domain.shared.values import OrderId, Sku, is_sku

KEY_LENGTH, NOTE_LENGTH = 200, 500
KEYS = f"a key has 1 to {KEY_LENGTH} printable ASCII characters"
NOTES = f"a note is one line of at most {NOTE_LENGTH} printable characters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The reason, in the words of whoever gave it, and what it came from.

    What has a `key` of its own happens once under it.
    """

    reason: str
    note: str = ""
    reference: str | None = None
    key: str | None = None
    order_id: OrderId | None = None


COUNTED = Cause(reason="counted")
"""One shelf of many: `SetStock` gives no other reason."""


@dataclass(frozen=True, slots=True)
class Change:
    """Units that came to lie on the shelf of a SKU or, below nothing, that left it."""

    sku: Sku
    units: int
    cause: Cause

    def require_same(self, other: "Change") -> None:
        """Asking again is harmless, asking for something else is not."""
        if other != self:
            raise KeyReused(self.cause.reference or "")


@dataclass(frozen=True, slots=True)
class Finding:
    """What was counted on the shelf of a SKU, however much that is more or less than was known."""

    count: Count
    cause: Cause

    def require_same(self, other: "Finding") -> None:
        """As with a `Change`."""
        if other != self:
            raise KeyReused(self.cause.reference or "")


def found(message: CountStock) -> Finding:
    """Refuses with `UnfitCount`."""
    count = Count(sku=message.sku, units_on_hand=message.units_on_hand)
    for complaint in (*about_count(count), *_about_finding(message)):
        raise UnfitCount(message.sku, complaint)
    cause = Cause(
        reason=message.reason,
        note=message.note,
        reference=message.key,
        key=f"count:{message.key}",
    )
    return Finding(count, cause)


def adjusted(message: AdjustStock) -> Change:
    """Refuses with `UnfitAdjustment` or `UnknownSku`."""
    if not is_sku(message.sku):
        raise UnknownSku(message.sku)
    for complaint in _complaints(message):
        raise UnfitAdjustment(message.sku, complaint)
    cause = Cause(
        reason=message.reason,
        note=message.note,
        reference=message.key,
        key=f"adjustment:{message.key}",
    )
    return Change(message.sku, message.units, cause)


def by_parcel(order_id: OrderId, parcel_id: str) -> Cause:
    """What is counted once for a parcel is counted by its reservation: this has no key."""
    return Cause(reason="shipped", reference=parcel_id, order_id=order_id)


def came_back(returned: GoodsReturned | GoodsNotReturned) -> tuple[Change, ...]:
    """What a return does to the shelves, in the order of SKUs. What is of no use does nothing, but
    is written down.
    """
    restocked: Counter[Sku] = Counter()
    written_off: Counter[Sku] = Counter()
    for one in returned.units:
        restocked[one.sku] += one.restocked
        written_off[one.sku] += one.written_off
    changes = [
        Change(sku, units, _back(returned, "returned", sku)) for sku, units in (+restocked).items()
    ]
    for sku, units in (+written_off).items():
        changes.append(Change(sku, 0, _back(returned, "written_off", sku, f"{units} written off")))
    return tuple(sorted(changes, key=lambda change: change.sku))


def did_not_come_back(undone: GoodsNotReturned) -> tuple[Change, ...]:
    """What undoing a return does to the shelves: what it put there leaves them again."""
    return tuple(
        Change(change.sku, -change.units, _back(undone, "not_returned", change.sku))
        for change in came_back(undone)
        if change.units
    )


def _about_finding(message: CountStock) -> Iterator[str]:
    if message.reason not in COUNT_REASONS:
        yield f"the reason is one of {', '.join(COUNT_REASONS)}"
    if not _is_note(message.note):
        yield NOTES
    if not _is_key(message.key):
        yield KEYS


def _complaints(message: AdjustStock) -> Iterator[str]:
    if not _is_key(message.key):
        yield KEYS
    if not 1 <= abs(message.units) <= MOST_ON_HAND:
        yield f"1 to {MOST_ON_HAND} units are put on a shelf, or taken off it"
    if message.reason not in ADJUSTMENT_REASONS:
        yield f"the reason is one of {', '.join(ADJUSTMENT_REASONS)}"
    if not _is_note(message.note):
        yield NOTES


def _back(
    returned: GoodsReturned | GoodsNotReturned, reason: str, sku: Sku, note: str = ""
) -> Cause:
    return Cause(
        reason=reason,
        note=note,
        reference=returned.return_id,
        key=f"{reason}:{returned.return_id}:{sku}",
        order_id=returned.order_id,
    )


def _is_note(text: str) -> bool:
    return text.isprintable() and len(text) <= NOTE_LENGTH


def _is_key(text: str) -> bool:
    return text.isascii() and text.isprintable() and 1 <= len(text) <= KEY_LENGTH
