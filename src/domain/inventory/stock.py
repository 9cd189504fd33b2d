"""What lies on the shelf, and how much of it is promised."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.contracts.inventory import (
    MOST_ON_HAND,
    Count,
    Line,
    OutOfStock,
    SetStock,
    Stock,
    TooFewOnHand,
    TooManyOnHand,
    UnfitCount,
)
from domain.shared.values import A_SKU, Sku, is_sku

MOST_COUNTS = 500


@dataclass(frozen=True, slots=True, order=True)
class Portion:
    """Units of one SKU, all lines of it taken together."""

    sku: Sku
    units: int


@dataclass
class StockItem:
    """All stock of one SKU. No more is promised than is there, unless less is counted later."""

    sku: Sku
    units_on_hand: int
    units_held: int = 0
    units_allocated: int = 0

    @property
    def units_available(self) -> int:
        return max(self.units_on_hand - self.units_held - self.units_allocated, 0)

    def count(self, units: int) -> None:
        """Take over what was found on the shelf; promises stand."""
        self.units_on_hand = units

    def adjust(self, units: int) -> None:
        """So many more or, below nothing, fewer lie there; promises stand."""
        if self.units_on_hand + units < 0:
            raise TooFewOnHand(self.sku, self.units_on_hand)
        if self.units_on_hand + units > MOST_ON_HAND:
            raise TooManyOnHand(self.sku, self.units_on_hand)
        self.units_on_hand += units

    def hold(self, units: int) -> None:
        if units > self.units_available:
            raise OutOfStock(self.sku, self.units_available)
        self.units_held += units

    def let_go(self, units: int) -> None:
        self.units_held -= units

    def allocate(self, units: int) -> None:
        """What was held for an attempt is now promised to an order."""
        self.units_held -= units
        self.units_allocated += units

    def give_back(self, units: int) -> None:
        self.units_allocated -= units

    def take(self, units: int) -> None:
        """Allocated units leave the house. A shelf cannot hold less than nothing: where more
        leaves than was counted, the count was wrong.
        """
        self.units_allocated -= units
        self.units_on_hand = max(self.units_on_hand - units, 0)

    def details(self) -> Stock:
        return Stock(
            sku=self.sku,
            units_on_hand=self.units_on_hand,
            units_held=self.units_held,
            units_allocated=self.units_allocated,
        )


def portions(lines: Iterable[Line]) -> tuple[Portion, ...]:
    """In the order of their SKUs: who takes them in one order never waits in a ring."""
    units: dict[Sku, int] = {}
    for line in lines:
        units[line.sku] = units.get(line.sku, 0) + line.quantity.units
    return tuple(Portion(sku, units[sku]) for sku in sorted(units))


def require_fit(message: SetStock) -> None:
    """Refuses with `UnfitCount`."""
    seen: set[Sku] = set()
    for number, count in enumerate(message.counts):
        if number == MOST_COUNTS:
            raise UnfitCount(count.sku, f"at most {MOST_COUNTS} are counted at a time")
        if count.sku in seen:
            raise UnfitCount(count.sku, "it is counted twice")
        for complaint in about_count(count):
            raise UnfitCount(count.sku, complaint)
        seen.add(count.sku)


def about_count(count: Count) -> Iterator[str]:
    """What is wrong with it."""
    if not is_sku(count.sku):
        yield f"nothing is called this: {A_SKU}"
    if not 0 <= count.units_on_hand <= MOST_ON_HAND:
        yield f"there are 0 to {MOST_ON_HAND} units on a shelf"
