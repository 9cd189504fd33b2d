"""The books of all contexts held against one another, from the newest attempt to the first."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from app.commands.books.rules import Mistake, Verdict, judged
from app.commands.books.shelves import Shelves
from app.commands.books.standing import Books, Standing
from domain.shared.clock import Clock
from domain.shared.ids import earliest_uuid7
from domain.shared.values import AttemptId

MOST_TOLD = 10_000
"""Mistakes that are remembered. Where there are more, they are counted."""


@dataclass
class Comparison:
    """What was found so far. It stands, also where the rest could not be asked for."""

    clock: Clock
    patience: timedelta
    compared: int = 0
    under_way: int = 0
    moving: int = 0
    mistakes: list[Mistake] = field(default_factory=list)
    untold: int = 0
    is_whole: bool = False

    async def go_through(self, books: Books, done: Callable[[], None] = lambda: None) -> None:
        """Compare everything; `done` is called for each attempt. Changes nothing."""
        shelves = Shelves(earliest_uuid7(self.clock() - self.patience))
        await shelves.begin(books)
        async for standing in books.standings():
            if standing.reservation:
                shelves.add(standing.reservation)
            verdict = self._judged(standing)
            if verdict.mistakes:
                verdict = await self._confirmed(books, standing.attempt_id)
            self.compared += 1
            self.under_way += verdict.is_under_way
            self._tell(*verdict.mistakes)
            done()
        self._tell(*await shelves.end(books))
        self.moving = len(shelves.moving)
        self.is_whole = True

    async def _confirmed(self, books: Books, attempt_id: AttemptId) -> Verdict:
        """Books that are read one after another differ while things move: what stands is what is
        found twice, one after the other.
        """
        before = self._judged(await books.look(attempt_id))
        while before.mistakes:
            now = self._judged(await books.look(attempt_id))
            if now == before:
                break
            before = now
        return before

    def _judged(self, standing: Standing) -> Verdict:
        return judged(standing, self.clock(), self.patience)

    def _tell(self, *mistakes: Mistake) -> None:
        room = MOST_TOLD - len(self.mistakes)
        self.mistakes += mistakes[:room]
        self.untold += len(mistakes[room:])
