"""The `FakeDeliveryBook` passes the tests of what it stands for."""

from functools import partial
from typing import Any, cast

import pytest

from tests.notifications import test_sending
from tests.notifications.test_sending import Teller
from tests.simulator.memory.delivery_book import FakeDeliveryBook
from tests.simulator.memory.same_tests import same_tests
from tests.simulator.memory.store import Store

globals().update(same_tests(test_sending, "teller"))


@pytest.fixture
def teller() -> Teller:
    return Teller(cast(Any, partial(Store().transaction, FakeDeliveryBook)))
