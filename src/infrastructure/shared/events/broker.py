"""The port to a broker: events are brought to it, and fetched from it in the order of each aggregate."""

from collections.abc import Sequence
from typing import Protocol

from infrastructure.shared.events.posted import Posted


class Subscription(Protocol):
    """What one context hears of another's events."""

    async def some(self) -> list[Posted]:
        """What comes next, once it is there; nothing, if it takes long."""
        ...

    async def confirm(self) -> None:
        """All that `some` has given is kept here, and need not be given again."""
        ...

    async def begin_again(self) -> None:
        """From the first that was not confirmed, when `some` is next asked."""
        ...


class Broker(Protocol):
    async def publish(self, batch: Sequence[Posted]) -> None:
        """The broker has them when this returns, each aggregate's in their order. Raises `NotTaken`."""
        ...

    def subscription(self, source: str, listener: str) -> Subscription: ...

    async def close(self) -> None: ...
