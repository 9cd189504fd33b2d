"""Who listens to an event, and what is done then."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from domain.shared.model import Event

Handle = Callable[[Any, Any], Awaitable[None]]
"""A consumer's work: given the repository of an open transaction, and the event."""


@dataclass(frozen=True)
class Consumer:
    """`name` is stored: it outlives the code. `event` is what it listens to.

    Events of several aggregates that come `together` are worked through in one transaction. Not
    where rows are changed that others wait for: they would be locked for as long as all take.
    """

    name: str
    event: type[Event]
    handle: Handle
    together: bool = False
