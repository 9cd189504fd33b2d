"""The `FakePaymentBook` passes the tests of what it stands for."""

from functools import partial
from types import SimpleNamespace

import pytest

from domain.payments.payment import Payment
from domain.shared.values import AttemptId
from tests.payments.test_payment_book import (
    test_a_declined_one_and_a_tombstone_come_back_whole,
    test_a_payment_comes_back_whole,
    test_an_attempt_has_one_payment,
    test_the_second_of_two_writers_is_told,
    test_what_is_due_is_found_the_oldest_first,
    test_what_is_held_and_not_taken_is_found_by_when_its_attempt_began,
)
from tests.simulator.memory.payment_book import FakePaymentBook
from tests.simulator.memory.store import Store

__all__ = [
    "test_a_declined_one_and_a_tombstone_come_back_whole",
    "test_a_payment_comes_back_whole",
    "test_an_attempt_has_one_payment",
    "test_the_second_of_two_writers_is_told",
    "test_what_is_due_is_found_the_oldest_first",
    "test_what_is_held_and_not_taken_is_found_by_when_its_attempt_began",
]


@pytest.fixture
def desk() -> SimpleNamespace:
    """As much of a desk as these tests want."""
    begin = partial(Store().transaction, FakePaymentBook)

    async def payment(attempt_id: AttemptId) -> Payment:
        async with begin() as book:
            return await book.get(attempt_id)

    return SimpleNamespace(begin=begin, payment=payment)
