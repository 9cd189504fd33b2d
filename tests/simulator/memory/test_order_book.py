"""The `FakeOrderBook` passes the tests of what it stands for."""

from functools import partial

import pytest

from domain.ordering.ports import Begin
from tests.ordering import test_order_book
from tests.simulator.memory.order_book import FakeOrderBook
from tests.simulator.memory.same_tests import same_tests
from tests.simulator.memory.store import Store

globals().update(same_tests(test_order_book, "begin"))


@pytest.fixture
def begin() -> Begin:
    return partial(Store().transaction, FakeOrderBook)
