"""The `FakeProvider` passes the tests of every payment provider."""

import pytest

from tests.payments import test_provider
from tests.payments.test_provider import Partner
from tests.simulator.memory.provider import FakeProvider
from tests.simulator.memory.same_tests import same_tests

globals().update(same_tests(test_provider, "partner"))


@pytest.fixture
def partner() -> Partner:
    return Partner(FakeProvider())
