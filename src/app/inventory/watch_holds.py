from dataclasses import dataclass
from datetime import timedelta

from structlog import get_logger

from domain.inventory.ports import Begin
from domain.shared.clock import Clock
from domain.shared.ids import public

MOST_NAMED = 20
log = get_logger(__name__)


@dataclass(frozen=True)
class WatchHolds:
    """Raises an alarm over stock that is held for longer than any attempt takes. It is not let go
    of: whether money is held for it too is ordering's to know, and what goes on from there.
    """

    begin: Begin
    clock: Clock
    alarm_after: timedelta

    async def __call__(self) -> None:
        before = self.clock() - self.alarm_after
        async with self.begin() as shelves:
            held = await shelves.held_since(before, MOST_NAMED)
        if held:
            log.error(
                "stock is held for too long",
                attempts=[public("att", attempt_id) for attempt_id in held],
                are_all=len(held) < MOST_NAMED,
            )
