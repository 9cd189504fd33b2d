from copy import copy
from dataclasses import dataclass
from datetime import timedelta

from structlog import get_logger

from app.ordering.attempts import Attempts
from app.ordering.place_order import PlaceOrder
from domain.ordering.attempt import Attempt
from domain.ordering.ports import Begin
from domain.shared.clock import Clock
from domain.shared.ids import public
from domain.shared.model import Conflict

AT_ONCE = 16
log = get_logger(__name__)


@dataclass(frozen=True)
class RecoverAttempts:
    """Takes over attempts whose owner's time has run out, and drives them to their end. One that
    cannot be taken over holds up no other.
    """

    begin: Begin
    process: PlaceOrder
    attempts: Attempts
    clock: Clock
    lease: timedelta

    async def __call__(self) -> None:
        async with self.begin() as book:
            overdue = await book.overdue(self.clock(), most=AT_ONCE)
        for attempt in overdue:
            if taken := await self._taken_over(attempt):
                self.attempts.start(taken.attempt_id, self.process.resume(taken))

    async def _taken_over(self, attempt: Attempt) -> Attempt | None:
        now = self.clock()
        taken = copy(attempt)
        try:
            taken.take_over(now, now + self.lease)
            async with self.begin() as book:
                await book.take_over_attempt(taken)
        except Conflict:
            return None
        except Exception:
            attempt_id = public("att", attempt.attempt_id)
            log.exception("attempt could not be taken over", attempt_id=attempt_id)
            return None
        return taken
