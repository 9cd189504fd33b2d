"""Raises an alarm over an outbox whose events are not taken on."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog import get_logger

from infrastructure.shared.clock import utc_now
from infrastructure.shared.events.outbox import lag

TELL_AGAIN = timedelta(minutes=1)
log = get_logger(__name__)


class Lateness:
    """Warns once the oldest event that waits in a context's outbox is older than `late_after`, at most
    once a minute, and tells when that is over.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        outbox: Table,
        context: str,
        late_after: timedelta,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._engine, self._outbox, self._context = engine, outbox, context
        self._late_after, self._clock = late_after, clock
        self._told_at: datetime | None = None

    async def look(self) -> None:
        now = self._clock()
        its = await lag(self._engine, self._outbox, lambda: now)
        told = {"context": self._context, "waiting": its.waiting, "seconds": round(its.seconds, 1)}
        if its.seconds > self._late_after.total_seconds():
            if not self._told_at or now - self._told_at >= TELL_AGAIN:
                log.warning("events late", **told)
                self._told_at = now
        elif self._told_at:
            log.info("events no longer late", **told)
            self._told_at = None
