from collections.abc import Iterator
from io import StringIO

import pytest

from tests.logged import logged


@pytest.fixture
def said() -> Iterator[StringIO]:
    with logged() as stream:
        yield stream
