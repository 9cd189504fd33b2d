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
from domain.pricing.fitness import known_as
from domain.pricing.remainder import Remainder
from domain.pricing.rules import has_ended


@dataclass(frozen=True, kw_only=True)
class TakenOff:
    """What was taken off, and which codes were not taken."""

    applied: tuple[AppliedDiscount, ...]
    rejected: tuple[RejectedCode, ...]


def take_off(
    request: RequestQuote, discounts: Sequence[Discount], basket: Remainder, now: datetime
) -> TakenOff:
    """Apply what is automatic, then codes in their order, each to what the former left of what it
    is for (UCP DSC-6, DSC-10).

    A code that is good but takes nothing off (nothing is left, or less than a unit) is neither
    applied nor rejected: a discount of nothing is none, and the buyer did nothing wrong.
    """
    by_code = {one.code: one for one in discounts if one.claim is None}
    applied: list[AppliedDiscount] = []
    rejected: list[RejectedCode] = []
    used: dict[str, Discount] = {}

    def apply(discount: Discount) -> None:
        amount, allocations = basket.take(discount)
        if amount:
            applied.append(_applied(discount, len(applied) + 1, amount, allocations))

    for one in _automatic(request, discounts, now):
        apply(one)
    for index, code in enumerate(request.codes):
        discount = by_code.get(known_as(code))
        if reason := _objection(discount, request, used, now):
            rejected.append(RejectedCode(index=index, code=code, reason=reason))
        elif discount:
            used[discount.code] = discount
            apply(discount)
    return TakenOff(applied=tuple(applied), rejected=tuple(rejected))


def _automatic(
    request: RequestQuote, discounts: Sequence[Discount], now: datetime
) -> list[Discount]:
    """Those that nobody has to ask for, in the order of their names. A claim that no rule knows
    changes nothing (UCP ELG-1).
    """
    claims = {"", *request.claims}
    found = [
        one
        for one in discounts
        if one.claim in claims and _is_of(one, request.currency) and not has_ended(one, now)
    ]
    return sorted(found, key=lambda one: one.code)


def _is_of(discount: Discount, currency: str) -> bool:
    return discount.kind != "fixed_amount" or discount.currency == currency


def _objection(
    discount: Discount | None, request: RequestQuote, used: dict[str, Discount], now: datetime
) -> str | None:
    """Why a code is not taken (UCP DSC-9)."""
    if discount is None or not _is_of(discount, request.currency):
        return "invalid"
    if has_ended(discount, now):
        return "expired"
    if discount.code in used:
        return "already_applied"
    if discount.needs_account and not request.is_known:
        return "user_not_logged_in"
    is_alone = discount.is_exclusive or any(other.is_exclusive for other in used.values())
    return "combination_disallowed" if used and is_alone else None


def _applied(
    discount: Discount, priority: int, amount: int, allocations: tuple[Allocation, ...]
) -> AppliedDiscount:
    return AppliedDiscount(
        code=discount.code,
        title=discount.title,
        amount=amount,
        priority=priority,
        allocations=allocations,
        claim=discount.claim,
        proof=discount.proof,
        target=discount.target,
        method=discount.method,
    )
