from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from uuid import UUID

from domain.shared.dead_letters import (
    DeadLetter,
    DeadLetterPage,
    DeadLetterStandsOtherwise,
    ListDeadLetters,
    RedriveDeadLetter,
    SkipDeadLetter,
    UnknownDeadLetter,
    place_of,
)
from domain.shared.pages import bounded, cut
from infrastructure.shared.events.inbox import Inbox

DEAD = "dead"
Named = RedriveDeadLetter | SkipDeadLetter


@dataclass(frozen=True)
class InboxLetters:
    """The `DeadLetters` contract of one context, by its inbox."""

    inbox: Inbox

    async def list_dead_letters(self, message: ListDeadLetters, /) -> DeadLetterPage:
        after = place_of(message.after) if message.after else None
        most = bounded(message.most)
        found = await self.inbox.dead(most=most + 1, after=after, consumer=message.consumer)
        some, has_more = cut(found, most)
        return DeadLetterPage(items=some, next=some[-1].place if has_more else None)

    async def redrive_dead_letter(self, message: RedriveDeadLetter, /) -> DeadLetter:
        return await self._decided(message, self.inbox.redrive, "pending", "done")

    async def skip_dead_letter(self, message: SkipDeadLetter, /) -> DeadLetter:
        return await self._decided(message, self.inbox.skip, "skipped")

    async def _decided(
        self, message: Named, decide: Callable[[UUID, str], Awaitable[bool]], then: str, *more: str
    ) -> DeadLetter:
        event_id, consumer = message.event_id, message.consumer
        found = await self.inbox.letter(event_id, consumer)
        if found and found.state == DEAD:
            if await decide(event_id, consumer):
                return replace(found, state=then, attempts=0)  # old ones are soon purged
            found = await self.inbox.letter(event_id, consumer)
        if not found:
            raise UnknownDeadLetter(event_id, consumer)
        if found.state not in (then, *more):
            raise DeadLetterStandsOtherwise(event_id, consumer, found.state)
        return found
