from copy import deepcopy
from datetime import timedelta

import pytest

from domain.contracts.ordering import Answer, Notice
from domain.ordering.attempt import Attempt
from domain.shared.model import Conflict
from tests.ordering.builders import NOW, a_checkout, an_attempt

YES = Answer(code=200, body="{}")
NO = (Notice(kind="error", code="out_of_stock", text="Gone.", severity="recoverable"),)
LATER = NOW + timedelta(seconds=15)


def a_running() -> Attempt:
    return an_attempt(a_checkout())


def test_an_attempt_ends_in_an_order() -> None:
    attempt = a_running()

    attempt.complete(YES)

    assert attempt.is_over
    assert (attempt.state, attempt.answer) == ("completed", YES)


def test_an_attempt_is_undone_before_it_has_failed() -> None:
    attempt = a_running()
    before = deepcopy(attempt)
    with pytest.raises(Conflict):
        attempt.fail(YES)
    assert attempt == before

    attempt.undo(NO)
    assert (attempt.state, attempt.notices, attempt.is_over) == ("undoing", NO, False)

    attempt.fail(YES)
    assert (attempt.state, attempt.answer, attempt.is_over) == ("failed", YES, True)


def test_there_is_no_way_forward_from_undoing() -> None:
    attempt = a_running()
    attempt.undo(NO)
    before = deepcopy(attempt)

    with pytest.raises(Conflict):
        attempt.complete(YES)

    assert attempt == before


def test_an_attempt_is_taken_over_when_its_lease_has_run_out_and_not_before() -> None:
    attempt = a_running()
    with pytest.raises(Conflict):
        attempt.take_over(LATER - timedelta(microseconds=1), LATER)

    attempt.take_over(LATER, LATER + timedelta(seconds=15))

    assert (attempt.epoch, attempt.leased_until) == (2, LATER + timedelta(seconds=15))


def test_what_is_over_is_not_taken_over() -> None:
    attempt = a_running()
    attempt.complete(YES)

    with pytest.raises(Conflict):
        attempt.take_over(LATER, LATER)
