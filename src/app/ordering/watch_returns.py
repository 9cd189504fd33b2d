from dataclasses import dataclass
from datetime import datetime, timedelta

from structlog import get_logger

from domain.ordering.goods_return import ReturnId
from domain.ordering.ports import Begin
from domain.shared.clock import Clock
from domain.shared.ids import public
from domain.shared.model import Conflict

AT_ONCE = 32
log = get_logger(__name__)


@dataclass(frozen=True)
class WatchReturns:
    """Reminds of returns with which nothing goes on, and gives up those of which nothing came. Both
    are counted from when the return was asked for; but its buyer has as long from the reminder on, however
    late that was.

    Each is done with in a transaction of its own. One that is changed meanwhile is left for the next
    time, when it may not be late any more; and so is one that fails as nobody foresaw.
    """

    begin: Begin
    clock: Clock
    remind_after: timedelta
    give_up_after: timedelta

    async def __call__(self) -> None:
        now = self.clock()
        async with self.begin() as book:
            late = await book.late_returns(
                asked_before=now - self.remind_after,
                over_before=now - self.give_up_after,
                reminded_before=now - self._grace,
                most=AT_ONCE,
            )
        for return_id in late:
            try:
                await self._go_on_with(return_id, now)
            except Conflict:
                pass
            except Exception:
                log.exception("return failed", return_id=public("ret", return_id))

    async def _go_on_with(self, return_id: ReturnId, now: datetime) -> None:
        async with self.begin() as book:
            found = await book.goods_return(return_id)
            order = await book.order(found.order_id)
            since_reminder = (found.reminded_at or now) + self._grace
            until = max(found.requested_at + self.give_up_after, since_reminder)
            has_timed_out = now >= until and found.time_out(order, now)
            is_reminded = not has_timed_out and found.remind(order, now, until)
            await book.save_return(found)
            await book.save_order(order)
        if has_timed_out:
            log.info("nothing came of a return", return_id=found.name)
        elif is_reminded:
            log.warning("a return waits", return_id=found.name, state=found.state)

    @property
    def _grace(self) -> timedelta:
        return self.give_up_after - self.remind_after
