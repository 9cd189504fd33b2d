from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy, integers, lists, tuples

from domain.pricing.shares import half_up, shared

patient = settings(deadline=None)  # other tests may keep the machine busy
weights: SearchStrategy[list[int]] = lists(integers(0, 10**12), max_size=12)


@patient
@given(weights, integers(0, 100))
def test_what_is_divided_adds_up_and_no_part_is_larger_than_its_weight(
    weights: list[int], percent: int
) -> None:
    amount = sum(weights) * percent // 100

    parts = shared(amount, weights)

    assert sum(parts) == amount
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))


@patient
@given(weights, integers(0, 100))
def test_no_part_is_a_whole_unit_from_its_exact_share(weights: list[int], percent: int) -> None:
    amount = sum(weights) * percent // 100
    shares = [Fraction(amount * weight, sum(weights) or 1) for weight in weights]

    parts = shared(amount, weights)

    assert all(abs(part - share) < 1 for part, share in zip(parts, shares, strict=True))


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (1, [1, 2, 1], [0, 1, 0]),
        (2, [1, 1, 1], [1, 1, 0]),
        (7, [7, 0], [7, 0]),
        (0, [5, 5], [0, 0]),
        (0, [0, 0], [0, 0]),
        (0, [], []),
    ],
)
def test_the_largest_remainders_get_what_is_over(
    amount: int, weights: list[int], parts: list[int]
) -> None:
    assert shared(amount, weights) == parts


@patient
@given(tuples(integers(0, 10**15), integers(1, 10**5)))
def test_the_nearest_whole_number_is_at_most_half_away(fraction: tuple[int, int]) -> None:
    exact = Fraction(*fraction)

    rounded = half_up(*fraction)

    assert Fraction(-1, 2) < rounded - exact <= Fraction(1, 2)
