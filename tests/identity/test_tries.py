from datetime import timedelta

import pytest

from domain.contracts.identity import TooManyTries
from domain.identity.tries import FIRST_WAIT, LONGEST_WAIT, Tries, place_of
from tests.identity.account_builders import NOON

NONE = Tries(0, NOON)


def after(tries: int, free: int = 5) -> Tries:
    """That many, each as soon as it could be made."""
    its = NONE
    for _ in range(tries):
        its = its.one_more(free, max(NOON, its.free_at))
    return its


def test_the_first_cost_nothing_and_then_each_waits_twice_as_long() -> None:
    waits = [after(n).free_at - after(n - 1).free_at for n in range(1, 12)]

    assert waits[:4] == [timedelta(0)] * 4
    assert waits[4:9] == [FIRST_WAIT * 2**n for n in range(5)]
    assert set(waits[9:]) == {LONGEST_WAIT}


def test_before_the_wait_is_over_nothing_may_be_tried() -> None:
    five = after(5)

    with pytest.raises(TooManyTries) as refused:
        five.one_more(5, NOON)
    with pytest.raises(TooManyTries):
        five.one_more(5, five.free_at - timedelta(microseconds=1))

    assert 30 <= refused.value.retry_after_seconds <= 31
    assert five.one_more(5, five.free_at).count == 6


def test_nobody_is_kept_out_for_longer_than_a_quarter_of_an_hour() -> None:
    tries = after(10_000)

    assert tries.free_at - after(9_999).free_at == LONGEST_WAIT


def test_one_that_was_right_takes_back_itself_alone() -> None:
    its = after(4).one_more(5, NOON).one_less(5, NOON)

    assert its == Tries(4, NOON)
    assert after(7).one_less(5, NOON) == Tries(6, after(7).free_at)
    assert NONE.one_less(5, NOON) == NONE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
        ("testclient", "testclient"),
    ],
)
def test_one_place_is_one_however_it_is_written(one: str, other: str) -> None:
    assert place_of(one) == place_of(other)


def test_other_networks_are_other_places() -> None:
    assert place_of("2001:db8:1:2::1") != place_of("2001:db8:1:3::1")
    assert place_of("192.0.2.1") != place_of("192.0.2.2")
