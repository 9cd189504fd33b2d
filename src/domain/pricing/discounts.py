"""What codes take off a basket."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.contracts.pricing import (
    Allocation,
    AppliedDiscount,
    Discount,
    RejectedCode,
    RequestQuote,
)
from domain.pricing.fitness import WHOLE_IN_PERCENT, known_as
from domain.pricing.rules import has_ended
from domain.pricing.shares import shared


@dataclass(frozen=True, kw_only=True)
class TakenOff:
    """`by_line` is what all discounts together take off each line, and never more than it costs."""

    applied: tuple[AppliedDiscount, ...]
    rejected: tuple[RejectedCode, ...]
    by_line: tuple[int, ...]


def take_off(
    request: RequestQuote, discounts: Sequence[Discount], subtotals: Sequence[int], now: datetime
) -> TakenOff:
    """Apply codes in their order, each to what the former left of each line.

    A code that is good but takes nothing off (nothing is left, or less than a unit) is neither
    applied nor rejected: a discount of nothing is none, and the buyer did nothing wrong.
    """
    by_code = {one.code: one for one in discounts}
    left = list(subtotals)
    applied: list[AppliedDiscount] = []
    rejected: list[RejectedCode] = []
    used: set[str] = set()
    for index, code in enumerate(request.codes):
        discount = by_code.get(known_as(code))
        if reason := _objection(discount, request.currency, used, now):
            rejected.append(RejectedCode(index=index, code=code, reason=reason))
        elif discount:
            used.add(discount.code)
            parts = shared(_amount(discount, sum(left)), left)
            left = [before - part for before, part in zip(left, parts, strict=True)]
            if any(parts):
                applied.append(_applied(discount, len(applied) + 1, request, parts))
    return TakenOff(
        applied=tuple(applied),
        rejected=tuple(rejected),
        by_line=tuple(before - after for before, after in zip(subtotals, left, strict=True)),
    )


def _objection(
    discount: Discount | None, currency: str, used: set[str], now: datetime
) -> str | None:
    if discount is None or (discount.kind == "fixed_amount" and discount.currency != currency):
        return "invalid"
    if has_ended(discount, now):
        return "expired"
    return "already_applied" if discount.code in used else None


def _amount(discount: Discount, left: int) -> int:
    if discount.kind == "percentage":
        return left * discount.value // WHOLE_IN_PERCENT
    return min(discount.value, left)


def _applied(
    discount: Discount, priority: int, request: RequestQuote, parts: Sequence[int]
) -> AppliedDiscount:
    return AppliedDiscount(
        code=discount.code,
        title=discount.title,
        amount=sum(parts),
        priority=priority,
        allocations=tuple(
            Allocation(line_id=line.line_id, amount=part)
            for line, part in zip(request.lines, parts, strict=True)
            if part
        ),
    )
