"""How strangers are called on: what the faces of the house need to know of the guarded client."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from infrastructure.shared.calls.guarded_client import (
    Fetched,
    NotAllowed,
    Unreachable,
    Unresolvable,
)

__all__ = [
    "Fetch",
    "Fetched",
    "NotAllowed",
    "Spawn",
    "Strangers",
    "Unreachable",
    "Unresolvable",
]

Fetch = Callable[[str], Awaitable[Fetched]]
"""Raises `NotAllowed`, `Unresolvable` or `Unreachable`."""


class Spawn(Protocol):
    """Begins work that goes on when whoever asked for it has left."""

    def __call__(self, work: Coroutine[Any, Any, None], /, *, seconds: float) -> None: ...


@dataclass(frozen=True)
class Strangers:
    """How they are called on, and who waits for them. Platforms that are registered have a line that
    nobody else can keep busy.
    """

    fetch: Fetch
    fetch_known: Fetch
    spawn: Spawn
