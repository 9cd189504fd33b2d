"""Looks in one database for work that no bell was rung for: one statement for all contexts there.

So is found what other hosts wrote, what is due by now, and what a process that ended left behind.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from sqlalchemy import Executable, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infrastructure.shared.clock import utc_now
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.routines.routine import Routine

LOOK_SECONDS = 0.5
LOOK_AGAIN_SECONDS = 0.01
"""How soon it looks again while it finds what nobody rang for: another host is at work."""
OFTEN_FOR_SECONDS = 1.0


def _is_not() -> bool:
    return False


@dataclass(frozen=True)
class Watched:
    """A routine, and the rows that it has something to do with; `now` is a parameter there.

    Rows that it leaves waiting may be among them, unless it `is_soon_done`: only then is it looked
    again soon.
    """

    routine: Routine
    waiting: Select[Any]
    is_soon_done: Callable[[], bool] = _is_not


class Watch:
    def __init__(
        self,
        engine: AsyncEngine,
        watched: Sequence[Watched],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._engine, self._watched, self._clock = engine, watched, clock
        self._often_until = 0.0
        self._last: tuple[tuple[Watched, ...], Executable] = ((), select())

    def pause(self) -> float:
        """How long to wait before it looks again."""
        return LOOK_AGAIN_SECONDS if monotonic() < self._often_until else LOOK_SECONDS

    async def look(self) -> None:
        """Wake the routines for which something waits, of those that are to be done here."""
        here = tuple(one for one in self._watched if one.routine.is_ours)
        if not here:
            return
        turns = [one.routine.turns for one in here]
        async with transaction(self._engine, _itself) as connection:
            (found,) = await connection.execute(self._question(here), {"now": self._clock()})
        for one, waits, turn in zip(here, found, turns, strict=True):
            is_news = waits and one.routine.nudge() and one.routine.turns == turn
            if is_news and one.is_soon_done():
                self._often_until = monotonic() + OFTEN_FOR_SECONDS

    def _question(self, here: tuple[Watched, ...]) -> Executable:
        """Built where it differs from the last: building it costs more than asking it."""
        if self._last[0] != here:
            self._last = here, select(*(one.waiting.exists() for one in here))
        return self._last[1]


def _itself(connection: AsyncConnection) -> AsyncConnection:
    return connection
