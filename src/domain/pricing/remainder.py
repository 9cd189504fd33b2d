"""What there is to take something off: lines, all goods together, and their delivery."""

from collections.abc import Iterator, Sequence

from domain.contracts.pricing import Allocation, Discount, RequestQuote, ShippingChoice
from domain.pricing.fitness import WHOLE_IN_PERCENT
from domain.pricing.shares import shared


class Remainder:
    """What is left of a basket. Nothing of it is ever less than nothing (UCP DSC-14)."""

    def __init__(
        self, request: RequestQuote, subtotals: Sequence[int], choices: Sequence[ShippingChoice]
    ) -> None:
        self._lines = request.lines
        self._of_lines = list(subtotals)
        self._groups = [one.group_id for one in choices if one.is_selected]
        self._of_groups = [one.price for one in choices if one.is_selected]
        self.off_order = 0
        self.off_shipping = 0

    def take(self, discount: Discount) -> tuple[int, tuple[Allocation, ...]]:
        """Take as much off as there is of what it is for, and say how much of it fell where (DSC-8).

        What comes off the order falls nowhere. Of what is divided nothing is lost (DSC-5, DSC-7).
        """
        if discount.target == "order":
            self.off_order += (amount := _amount(discount, self._goods()))
            return amount, ()
        if discount.target == "shipping":
            return self._take_off_shipping(_amount(discount, sum(self._of_groups)))
        return self._take_off_lines(discount)

    def by_line(self) -> tuple[int, ...]:
        """What each line costs by now."""
        return tuple(self._of_lines)

    def taxable(self) -> Iterator[int]:
        """What each line costs by now, with its share of what came off the order."""
        shares = shared(self.off_order, self._of_lines)
        return (left - share for left, share in zip(self._of_lines, shares, strict=True))

    def _goods(self) -> int:
        return sum(self._of_lines) - self.off_order

    def _take_off_lines(self, discount: Discount) -> tuple[int, tuple[Allocation, ...]]:
        weights, amount = self._of_lines, _amount(discount, self._goods())
        if discount.method == "each":
            units = [line.quantity.units for line in self._lines]
            pairs = zip(units, self._of_lines, strict=True)
            weights = [min(discount.value * count, left) for count, left in pairs]
            amount = min(sum(weights), self._goods())
        parts = shared(amount, weights)
        self._of_lines = [left - part for left, part in zip(self._of_lines, parts, strict=True)]
        return sum(parts), tuple(
            Allocation(line_id=line.line_id, amount=part)
            for line, part in zip(self._lines, parts, strict=True)
            if part
        )

    def _take_off_shipping(self, amount: int) -> tuple[int, tuple[Allocation, ...]]:
        parts = shared(amount, self._of_groups)
        self._of_groups = [left - part for left, part in zip(self._of_groups, parts, strict=True)]
        self.off_shipping += amount
        return amount, tuple(
            Allocation(line_id="", group_id=group, amount=part)
            for group, part in zip(self._groups, parts, strict=True)
            if part
        )


def _amount(discount: Discount, left: int) -> int:
    if discount.kind == "percentage":
        return left * discount.value // WHOLE_IN_PERCENT
    return min(discount.value, left)
