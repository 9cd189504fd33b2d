"""Dead letters for staff: what contexts could not work through, and what to do with it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import ConfigDict

from app.edge.desk import After, Body, Desk, Most, Page, staff
from domain.shared.dead_letters import (
    CONSUMER,
    DeadLetter,
    DeadLetters,
    DeadLetterStandsOtherwise,
    ListDeadLetters,
    OutOfReach,
    RedriveDeadLetter,
    SkipDeadLetter,
    UnfitWish,
    UnknownDeadLetter,
    place_of,
)

READ, WRITE, ALL = "events:read", "events:write", "/dead-letters"
CHANGES = (UnknownDeadLetter, DeadLetterStandsOtherwise, OutOfReach)
NAME = rf"^evt_[0-9a-f]{{32}}\.{CONSUMER}$"
LETTER: dict[str, Any] = {
    "id": "evt_0198c1f2a3b47c5d8e9f0a1b2c3d4e5f.inventory.allocate_stock",
    "event_id": "0198c1f2-a3b4-7c5d-8e9f-0a1b2c3d4e5f",
    "context": "inventory",
    "consumer": "inventory.allocate_stock",
    "event": "ordering.order_placed.v1",
    "aggregate_id": "0198c1f2-a3b4-7c5d-8e9f-0a1b2c3d4e60",
    "state": "dead",
    "attempts": 10,
    "occurred_at": "2030-01-01T12:00:00Z",
    "error": "OutOfStep()",
}
Name = Annotated[
    str,
    Path(
        alias="dead_letter_id",
        pattern=NAME,
        description="`evt_...`: the event, and who could not work it through.",
    ),
]
Context = Annotated[
    str | None, Query(max_length=40, description="Those of the context that listened.")
]
Consumer = Annotated[
    str | None, Query(pattern=f"^{CONSUMER}$", description="Those of this consumer alone.")
]


class DeadLetterBody(Body):
    """An event that a consumer could not work through. `error` is why not, the last time; `attempts`
    begin anew once it is tried again. The words of the event are not told: they may be secret.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [LETTER]})

    id: str
    event_id: UUID
    context: str
    consumer: str
    event: str
    aggregate_id: str
    state: Literal["dead", "pending", "done", "skipped"]
    attempts: int
    occurred_at: datetime
    error: str

    @classmethod
    def of(cls, one: DeadLetter) -> Self:
        told = {
            **vars(one),
            "id": f"evt_{one.event_id.hex}.{one.consumer}",
            "context": one.consumer.partition(".")[0],
            "event": one.name,
        }
        del told["name"]
        return cls.model_validate(told)


def router(letters: Mapping[str, DeadLetters], listening: Sequence[str], desk: Desk) -> APIRouter:
    """`letters` are those of the contexts within reach, of all that are `listening`."""
    routes = desk.routes("events")

    def of(context: str) -> DeadLetters:
        if context not in letters:
            raise OutOfReach(context)
        return letters[context]

    @routes.get(ALL, **staff("list_dead_letters", READ, UnfitWish, OutOfReach))
    async def list_dead_letters(
        context: Context = None, consumer: Consumer = None, after: After = None, limit: Most = 20
    ) -> Page[DeadLetterBody]:
        """Those that wait for somebody to decide, of all contexts; what happened first comes first. A
        context that does not answer fails the list of all, and not that of another.
        """
        context = context or (consumer and consumer.partition(".")[0])
        if context and context not in listening:
            raise UnfitWish(f"{context} listens to nothing")
        asked = ListDeadLetters(consumer=consumer, after=after, most=limit)
        of_these = [of(one) for one in ([context] if context else listening)]
        pages = [await one.list_dead_letters(asked) for one in of_these]
        found = sorted(
            (item for page in pages for item in page.items), key=lambda one: place_of(one.place)
        )
        has_more = len(found) > limit or any(page.next for page in pages)
        some = found[:limit]
        return Page(
            items=tuple(map(DeadLetterBody.of, some)), next=some[-1].place if has_more else None
        )

    @routes.post(
        f"{ALL}/{{dead_letter_id}}/redrive", **staff("redrive_dead_letter", WRITE, *CHANGES)
    )
    async def redrive_dead_letter(name: Name) -> DeadLetterBody:
        """Have its consumer try again from the start, now that what stood in its way is mended. Again
        changes nothing.
        """
        event_id, consumer = _named(name)
        message = RedriveDeadLetter(event_id=event_id, consumer=consumer)
        return DeadLetterBody.of(await kept(event_id, consumer).redrive_dead_letter(message))

    @routes.post(f"{ALL}/{{dead_letter_id}}/skip", **staff("skip_dead_letter", WRITE, *CHANGES))
    async def skip_dead_letter(name: Name) -> DeadLetterBody:
        """Give it up for its consumer, for good, and let what follows it in its aggregate pass. Again
        changes nothing.
        """
        event_id, consumer = _named(name)
        message = SkipDeadLetter(event_id=event_id, consumer=consumer)
        return DeadLetterBody.of(await kept(event_id, consumer).skip_dead_letter(message))

    def kept(event_id: UUID, consumer: str) -> DeadLetters:
        context = consumer.partition(".")[0]
        if context not in listening:
            raise UnknownDeadLetter(event_id, consumer)
        return of(context)

    return routes


def _named(name: str) -> tuple[UUID, str]:
    event_id, _, consumer = name.removeprefix("evt_").partition(".")
    return UUID(hex=event_id), consumer
