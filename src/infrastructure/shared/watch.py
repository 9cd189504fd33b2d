"""Looks in one database for work that no bell was rung for: one statement for all contexts there.

So is found what other hosts wrote, what is due by now, and what a process that ended left behind.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infrastructure.shared.clock import utc_now
from infrastructure.shared.database import transaction
from infrastructure.shared.routine import Routine

LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class Watched:
    """A routine, and the rows that it has something to do with; `now` is a parameter there."""

    routine: Routine
    waiting: Select[Any]


class Watch:
    def __init__(
        self,
        engine: AsyncEngine,
        watched: Sequence[Watched],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._engine, self._watched, self._clock = engine, watched, clock
        self._last: tuple[tuple[Watched, ...], Executable] = ((), select())

    async def look(self) -> None:
        """Wake the routines for which something waits, of those that are to be done here."""
        here = tuple(one for one in self._watched if one.routine.is_ours)
        if not here:
            return
        async with transaction(self._engine, _itself) as connection:
            (found,) = await connection.execute(self._question(here), {"now": self._clock()})
        for one, waits in zip(here, found, strict=True):
            if waits:
                one.routine.nudge()

    def _question(self, here: tuple[Watched, ...]) -> Executable:
        """Built where it differs from the last: building it costs more than asking it."""
        if self._last[0] != here:
            self._last = here, select(*(one.waiting.exists() for one in here))
        return self._last[1]


def _itself(connection: AsyncConnection) -> AsyncConnection:
    return connection
