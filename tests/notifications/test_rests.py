"""How long nothing is sent to whoever did not take something."""

from datetime import timedelta
from uuid import uuid4

from app.notifications.rests import Rests
from tests.notifications.builders import NOW

SOON = timedelta(seconds=1)


def test_what_was_under_way_when_a_rest_began_counts_with_it() -> None:
    rests, who = Rests(), uuid4()

    for _ in range(4):
        rests.not_taken(who, NOW)

    assert rests.at_rest(NOW + SOON) == [who]
    assert rests.at_rest(NOW + 2 * SOON) == []


def test_a_letter_that_nobody_takes_holds_up_the_others_no_longer_each_time() -> None:
    rests = Rests()

    for after in range(0, 20, 2):
        rests.not_taken(None, NOW + after * SOON)

    assert rests.at_rest(NOW + 19 * SOON) == [None]
    assert rests.at_rest(NOW + 20 * SOON) == []


def test_who_failed_long_ago_is_forgotten() -> None:
    rests, who = Rests(), uuid4()
    rests.not_taken(who, NOW)

    later = NOW + timedelta(hours=3)
    rests.at_rest(later)
    rests.not_taken(who, later)

    assert rests.at_rest(later + 2 * SOON) == []
