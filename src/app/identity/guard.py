"""Guessing is made slow: tries are counted before it is known whether they were right."""

from dataclasses import dataclass
from datetime import timedelta

from domain.contracts.identity import digest
from domain.identity.ports import Book, Secrets
from domain.identity.tries import (
    FREE_OF_ACCOUNT,
    FREE_OF_PLACE,
    KNOWN_FOR,
    REMEMBERED,
    Tries,
    place_of,
)
from domain.shared.clock import Clock

SIGNING_IN, MAIL, OWN_PASSWORD = "signing in", "mail", "own password"
"""What is counted apart: who is asked for mail may sign in."""


@dataclass(frozen=True)
class Guard:
    """Counts by account and by place, in what all processes share.

    Who came in from a place before is counted there apart: strangers who guess elsewhere do not
    make them wait. What is kept names neither e-mail addresses nor places.
    """

    secrets: Secrets
    clock: Clock

    async def count(self, book: Book, deed: str, whom: str, source: str) -> None:
        """Before anything is looked at. Refuses with `TooManyTries`."""
        if source:
            await self._one_more(book, self._place(deed, source), FREE_OF_PLACE)
        known, strange = self._known(deed, whom, source), self._strange(deed, whom)
        if await book.tries.is_kept(known, self.clock()):
            await self._one_more(book, known, FREE_OF_ACCOUNT, KNOWN_FOR)
        else:
            await self._one_more(book, strange, FREE_OF_ACCOUNT)

    async def forgive(self, book: Book, deed: str, whom: str, source: str) -> None:
        """It was right. What else was tried from that place stays counted."""
        now = self.clock()
        if source:
            place = self._place(deed, source)
            tries = (await book.tries.take(place, now)).one_less(FREE_OF_PLACE, now)
            await book.tries.put(place, tries, now + REMEMBERED)
        known, strange = self._known(deed, whom, source), self._strange(deed, whom)
        if not await book.tries.is_kept(known, now):
            await book.tries.forget(strange)
        await self.know(book, deed, whom, source)

    async def know(self, book: Book, deed: str, whom: str, source: str) -> None:
        """They are at home there."""
        now = self.clock()
        if source:
            await book.tries.take(known := self._known(deed, whom, source), now)
            await book.tries.put(known, Tries(0, now), now + KNOWN_FOR)

    async def _one_more(
        self, book: Book, subject: str, free: int, remembered: timedelta = REMEMBERED
    ) -> None:
        now = self.clock()
        tries = (await book.tries.take(subject, now)).one_more(free, now)
        await book.tries.put(subject, tries, now + remembered)

    def _strange(self, deed: str, whom: str) -> str:
        return self._subject(deed, whom)

    def _place(self, deed: str, source: str) -> str:
        return self._subject(deed, "", place_of(source))

    def _known(self, deed: str, whom: str, source: str) -> str:
        return self._subject(deed, whom, place_of(source))

    def _subject(self, *parts: str) -> str:
        return self.secrets.keyed(digest("\n".join(parts)))
