"""The tests of a port, for whoever keeps it otherwise than in a database."""

from collections.abc import Callable
from inspect import signature
from types import ModuleType
from typing import Any


def same_tests(module: ModuleType, fixture: str) -> dict[str, Callable[..., Any]]:
    """All tests of the module that want this fixture and nothing else: no database, that is."""
    return {
        name: found
        for name, found in vars(module).items()
        if name.startswith("test_") and [*signature(found).parameters] == [fixture]
    }
