"""Events under way: as the outbox stored them, and as CloudEvents 1.0 between processes."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from inspect import getmembers, isclass
from typing import Any
from uuid import UUID

from pydantic_core import from_json, to_json

from domain.shared.model import Event
from infrastructure.shared.wire import adapter

EVENTS_PATH = "/internal/{}/events"


@dataclass(frozen=True, kw_only=True)
class Posted:
    """An event that left its context. `body` is its JSON, `sequence` its place in its aggregate."""

    id: UUID
    name: str
    aggregate_id: str
    sequence: int
    occurred_at: datetime
    actor: str
    traceparent: str
    body: str

    @property
    def source(self) -> str:
        return self.name.partition(".")[0]

    def opened(self) -> Event:
        """The event itself, in the words of the contract that declares it."""
        event: Event = adapter(event_class(self.name)).validate_json(self.body)
        return event

    def as_cloud_event(self) -> bytes:
        return to_json(
            {
                "specversion": "1.0",
                "id": str(self.id),
                "source": f"/freestone/{self.source}",
                "type": self.name,
                "subject": self.aggregate_id,
                "time": self.occurred_at,
                "sequence": str(self.sequence),
                "traceparent": self.traceparent,
                "actor": self.actor,
                "datacontenttype": "application/json",
                "data": from_json(self.body),
            }
        )

    @classmethod
    def from_cloud_event(cls, body: bytes) -> "Posted":
        """Raises `ValueError` for what is no such event."""
        told: Any = from_json(body)
        try:
            return cls(
                id=UUID(told["id"]),
                name=told["type"],
                aggregate_id=told["subject"],
                sequence=int(told["sequence"]),
                occurred_at=datetime.fromisoformat(told["time"]),
                actor=told["actor"],
                traceparent=told["traceparent"],
                body=to_json(told["data"]).decode(),
            )
        except (KeyError, TypeError, AttributeError) as missing:
            raise ValueError("not one of our events") from missing


@cache
def event_class(name: str) -> type[Event]:
    """Raises `LookupError` for an event that its contract does not declare (any more)."""
    try:
        module = import_module(f"domain.contracts.{name.partition('.')[0]}")
    except ModuleNotFoundError as unknown:
        raise LookupError(name) from unknown
    for _, kind in getmembers(module, isclass):
        if issubclass(kind, Event) and getattr(kind, "name", None) == name:
            return kind
    raise LookupError(name)
