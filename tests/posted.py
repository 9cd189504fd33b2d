"""Events as they are told between contexts, by hand."""

from datetime import UTC, datetime
from uuid import UUID

from pydantic_core import to_json

from domain.shared.ids import uuid7
from domain.shared.model import Event
from infrastructure.shared.events.posted import Posted


def posted(event: Event, aggregate_id: UUID, sequence: int = 1) -> Posted:
    """The event as it is told: under an id of its own each time."""
    now = datetime.now(UTC)
    return Posted(
        id=uuid7(now),
        name=event.name,
        aggregate_id=str(aggregate_id),
        sequence=sequence,
        occurred_at=now,
        actor="staff",
        traceparent="",
        body=to_json(event).decode(),
    )
