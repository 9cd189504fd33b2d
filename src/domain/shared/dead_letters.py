"""Events that a consumer could not work through, as whoever decides on them sees them.

The same for every context that listens: each keeps its own, and is asked for them where it is.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

from domain.shared.model import NotFound, Refusal, Unfit

DAWN = datetime(1970, 1, 1, tzinfo=UTC)
CONSUMER = r"[a-z0-9_]{1,40}\.[a-z0-9_]{1,60}"
"""What consumers are called: by their context, and what they do."""


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """An event, who could not work it through, and the last reason why. `state` is dead until
    somebody decides: then pending and in the end done, or skipped.
    """

    event_id: UUID
    consumer: str
    name: str
    aggregate_id: str
    occurred_at: datetime
    attempts: int
    error: str
    state: str = "dead"

    @property
    def place(self) -> str:
        """Where it stands among all of them, of whichever context: what a page ends with."""
        microseconds = (self.occurred_at - DAWN) // timedelta(microseconds=1)
        return f"{microseconds}.{self.event_id.hex}.{self.consumer}"


Place = tuple[datetime, UUID, str]


def place_of(text: str) -> Place:
    """When it happened, which event it is, and whose. Raises `UnfitWish` for what is no place."""
    microseconds, _, rest = text.partition(".")
    event_id, _, consumer = rest.partition(".")
    if not re.fullmatch(CONSUMER, consumer):
        raise UnfitWish("no page ends there")
    try:
        return DAWN + timedelta(microseconds=int(microseconds)), UUID(hex=event_id), consumer
    except (ValueError, OverflowError):
        raise UnfitWish("no page ends there") from None


@dataclass(frozen=True, kw_only=True)
class ListDeadLetters:
    """`after` is the `next` of the page before. What is `None` does not matter."""

    consumer: str | None = None
    after: str | None = None
    most: int = 20


@dataclass(frozen=True, kw_only=True)
class DeadLetterPage:
    """What happened first comes first."""

    items: tuple[DeadLetter, ...]
    next: str | None = None


@dataclass(frozen=True, kw_only=True)
class RedriveDeadLetter:
    event_id: UUID
    consumer: str


@dataclass(frozen=True, kw_only=True)
class SkipDeadLetter:
    event_id: UUID
    consumer: str


@dataclass(eq=False)
class UnknownDeadLetter(NotFound):
    """That event never came to that consumer, or is not kept any more: what is decided is deleted with
    old events.
    """

    event_id: UUID
    consumer: str


@dataclass(eq=False)
class DeadLetterStandsOtherwise(Refusal):
    """It was decided on before, and otherwise."""

    event_id: UUID
    consumer: str
    state: str


@dataclass(eq=False)
class UnfitWish(Unfit):
    because: str


@dataclass(eq=False)
class OutOfReach(Refusal):
    """The process that was asked does not host this context, and is not told where it is."""

    context: str


class DeadLetters(Protocol):
    async def list_dead_letters(self, message: ListDeadLetters, /) -> DeadLetterPage:
        """A page of at most 100. Refuses with `UnfitWish`."""
        ...

    async def redrive_dead_letter(self, message: RedriveDeadLetter, /) -> DeadLetter:
        """Have its consumer try again from the start; what is tried again, or was worked through
        meanwhile, stays as it is.

        Refuses with `UnknownDeadLetter` or, once it was skipped, `DeadLetterStandsOtherwise`.
        """
        ...

    async def skip_dead_letter(self, message: SkipDeadLetter, /) -> DeadLetter:
        """Give it up for its consumer, for good, and let what follows it in its aggregate pass; again
        changes nothing.

        Refuses with `UnknownDeadLetter` or, where it is not dead, `DeadLetterStandsOtherwise`.
        """
        ...
