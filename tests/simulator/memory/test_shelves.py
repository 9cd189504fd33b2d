"""The `FakeShelves` pass the tests of what they stand for."""

from functools import partial

import pytest

from domain.inventory.movement import COUNTED
from domain.inventory.ports import Begin
from tests.inventory import test_shelves
from tests.simulator.memory.same_tests import same_tests
from tests.simulator.memory.shelves import FakeShelves
from tests.simulator.memory.store import Store

globals().update(same_tests(test_shelves, "begin"))


@pytest.fixture
async def begin() -> Begin:
    kept = partial(Store().transaction, FakeShelves)
    async with kept() as shelves:
        await shelves.count(test_shelves.TEN_EACH, COUNTED)
    return kept
