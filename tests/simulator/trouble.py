"""All that goes wrong in a run, drawn from its seed."""

from asyncio import sleep
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Literal

Fate = Literal["arrives", "lost", "unanswered", "doubled", "late"]
STOPPED_SECONDS = 20.0
"""Longer than a lease of an attempt: whoever is stopped for so long finds it taken over."""


class Crashed(BaseException):
    """kill -9: whatever was not committed is gone, and nothing more is done."""


@dataclass(frozen=True)
class Odds:
    """How often, of a thousand."""

    crash: int = 12
    stop: int = 8
    message: int = 60
    event: int = 120


PEACE = Odds(0, 0, 0, 0)


@dataclass
class Trouble:
    """`crash_at` names one place by its number: there a process ends, and nowhere else."""

    random: Random
    odds: Odds = Odds()
    crash_at: int | None = None
    time: Callable[[], float] = lambda: 0.0
    places: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def calm(self) -> None:
        """Nothing more goes wrong."""
        self.odds, self.crash_at = PEACE, None

    def tell(self, text: str) -> None:
        self.told.append(f"{self.time():9.3f}  {text}")

    async def interrupt(self, place: str) -> None:
        """Some time passes, much of it now and then; and here a process may end."""
        self.places.append(place)
        if len(self.places) - 1 == self.crash_at or self._happens(self.odds.crash):
            self.tell(f"crash: {place}")
            raise Crashed(place)
        if self._happens(self.odds.stop):
            self.tell(f"stopped: {place}")
            await sleep(STOPPED_SECONDS * (0.5 + self.random.random()))
        await sleep(self.random.random() * 0.02)

    def fate_of_message(self, name: str) -> Fate:
        return self._fate(name, self.odds.message)

    def fate_of_event(self, name: str) -> Fate:
        return self._fate(name, self.odds.event)

    def _fate(self, name: str, odds: int) -> Fate:
        if not self._happens(odds):
            return "arrives"
        fate: Fate = self.random.choice(("lost", "unanswered", "doubled", "late"))
        self.tell(f"{fate}: {name}")
        return fate

    def _happens(self, odds: int) -> bool:
        return bool(odds) and self.random.randrange(1000) < odds
