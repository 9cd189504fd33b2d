"""What a process does by itself in one database: which of it is its to do, and when."""

from asyncio import Event
from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy.ext.asyncio import AsyncEngine

from infrastructure.shared.routines.lease import RENEW_SECONDS, Lease, Leases, holder_at
from infrastructure.shared.routines.routine import Routine
from infrastructure.shared.routines.watch import Watch, Watched


class Rota:
    """The routines of the contexts that are kept there. Once they are stopped, leases are given back.

    `bell` is rung when others have given their leases back.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        holder: str,
        leases: Sequence[Lease],
        watched: Sequence[Watched],
        routines: Sequence[Routine],
        bell: Event,
    ) -> None:
        self._leases = Leases(engine, leases, holder_at(engine, holder))
        watch = Watch(engine, watched)
        self.routines = (
            Routine(
                "leases",
                self._leases.keep,
                every_seconds=RENEW_SECONDS,
                bell=bell,
                does="renews leases, and takes those that nobody holds any more",
            ),
            Routine(
                "watch",
                watch.look,
                every_seconds=watch.pause,
                does="wakes whoever has something to do that no bell was rung for",
            ),
            *routines,
        )

    def start(self) -> None:
        for routine in self.routines:
            routine.start()

    async def give_back(self) -> None:
        """Leave to others what is left to do."""
        with suppress(Exception):  # who cannot give leases back lets them run out
            await self._leases.release()
