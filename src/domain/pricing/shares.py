"""Whole units, divided and rounded so that nothing is lost."""

from collections.abc import Sequence


def half_up(numerator: int, denominator: int) -> int:
    """The nearest whole number to a fraction that is not negative; a half goes up."""
    return (2 * numerator + denominator) // (2 * denominator)


def shared(amount: int, weights: Sequence[int]) -> list[int]:
    """Divide an amount in proportion to weights, by largest remainders (of equals, the first).

    The parts add up to it. None is larger than its weight where the amount is not larger than all.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [amount * weight // whole for weight in weights]
    remainders = [-(amount * weight % whole) for weight in weights]
    first = sorted(range(len(weights)), key=remainders.__getitem__)
    for place in first[: amount - sum(parts)]:
        parts[place] += 1
    return parts
