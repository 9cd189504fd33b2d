"""The `FakeDispatch` passes the tests of what it stands for."""

from functools import partial

import pytest

from domain.fulfillment.ports import Begin
from tests.fulfillment import test_dispatch
from tests.simulator.memory.dispatch import FakeDispatch
from tests.simulator.memory.same_tests import same_tests
from tests.simulator.memory.store import Store

globals().update(same_tests(test_dispatch, "begin"))


@pytest.fixture
def begin() -> Begin:
    return partial(Store().transaction, FakeDispatch)
