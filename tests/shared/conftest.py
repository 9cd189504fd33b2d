from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from io import StringIO

import pytest

from tests.conftest import Shared
from tests.engines import Databases, asked
from tests.logged import logged
from tests.shared.listening import metadata


@pytest.fixture
def said() -> Iterator[StringIO]:
    with logged() as stream:
        yield stream


@pytest.fixture(scope="session")
def with_listener(
    made: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Shared]]:
    """One database of each kind, with an outbox and who listens to it, for all tests to take turns."""
    with ExitStack() as stack:

        @cache
        def on(kind: str) -> Shared:
            url = made.make(kind, tmp_path_factory.mktemp(kind))
            metadata.create_all(asked(url))
            return Shared(url, stack.enter_context(asked(url).connect()))

        yield on
