"""Brings what a broker has for a context into its inbox."""

from collections.abc import Awaitable, Callable, Sequence

from structlog import get_logger

from domain.shared.model import OutcomeUnknown
from infrastructure.shared.events.broker import Subscription
from infrastructure.shared.events.posted import Posted
from infrastructure.shared.routines.lease import Lease

AT_ONCE = 0.0
log = get_logger(__name__)


class Hearing:
    """What one context hears of another, in the process that holds its lease.

    It is confirmed once it is committed. What broke off is heard again, from the first that was not
    confirmed, here or by whoever holds the lease next: so the order of an aggregate is kept.
    """

    def __init__(
        self,
        subscription: Subscription,
        take: Callable[[Sequence[Posted]], Awaitable[None]],
        lease: Lease,
    ) -> None:
        self._subscription, self._take, self._lease = subscription, take, lease
        self._is_anew = True

    def pause(self) -> float | None:
        """Before it listens again: for as long as it takes where another does."""
        if not self._lease.is_held:
            self._is_anew = True
            return None
        return AT_ONCE

    async def some(self) -> bool:
        """Whether the broker could be reached."""
        try:
            if self._is_anew:
                await self._subscription.begin_again()
            self._is_anew = True  # unless all goes well
            if batch := await self._subscription.some():
                await self._take(batch)
                await self._subscription.confirm()
        except OutcomeUnknown as away:
            log.warning("events not heard", why=str(away))
            return False
        self._is_anew = False
        return True
