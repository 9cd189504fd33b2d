from dataclasses import dataclass
from datetime import datetime, timedelta

from structlog import get_logger

from domain.payments.ports import Begin
from domain.shared.clock import Clock
from domain.shared.ids import earliest_uuid7, happened_at, public
from domain.shared.model import Conflict
from domain.shared.values import AttemptId

AT_ONCE = 100
log = get_logger(__name__)


@dataclass(frozen=True)
class WatchAuthorisations:
    """Tells, once, of money that the provider will let go of soon and of which nothing was taken. How
    long it holds money is counted from when the attempt began, which was never later. What has
    lapsed already is not told of: that is heard from the provider.

    Each is told of in a transaction of its own. One that changes meanwhile, or fails as nobody
    foresaw, is left for the next time.
    """

    begin: Begin
    clock: Clock
    lapse_after: timedelta
    warn_before: timedelta

    async def __call__(self) -> None:
        now = self.clock()
        since = AttemptId(earliest_uuid7(now - self.lapse_after))
        before = AttemptId(earliest_uuid7(now - self.lapse_after + self.warn_before))
        while True:
            async with self.begin() as book:
                some = await book.untaken(since=since, before=before, most=AT_ONCE)
            for since in some:
                try:
                    await self._warn_of(since, now)
                except Conflict:
                    pass
                except Exception:
                    log.exception("lapse could not be told of", payment_id=public("pay", since))
            if len(some) < AT_ONCE:
                return

    async def _warn_of(self, attempt_id: AttemptId, now: datetime) -> None:
        lapses_at = happened_at(attempt_id) + self.lapse_after
        async with self.begin() as book:
            payment = await book.get(attempt_id)
            is_told = payment.warn(lapses_at, now)
            await book.save(payment)
        if is_told and payment.order_id:
            log.warning(
                "money is held that nobody takes",
                payment_id=public("pay", attempt_id),
                order_id=public("ord", payment.order_id),
                lapses_at=lapses_at.isoformat(),
            )
