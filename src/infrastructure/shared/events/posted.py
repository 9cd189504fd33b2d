"""Events under way: as the outbox stored them, and as CloudEvents 1.0 between processes."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from inspect import getmembers, isclass
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from domain.shared.model import Event
from infrastructure.shared.calls.wire import adapter
from infrastructure.shared.failures import without_input

EVENTS_PATH = "/internal/{}/events"
MOMENT = "happened_at"
LONGEST = {"name": 100, "aggregate_id": 64, "actor": 200, "traceparent": 55}
MOST = 2**31
"""What an outbox and an inbox have room for: characters, and events of an aggregate."""


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
        """The event itself, in the words of the contract that declares it, whatever its name once
        was. One that has a place for when it happened is told so here, and need not carry that in its
        words too. Raises `UnfitEvent`.
        """
        kind = event_class(self.name)
        body = self.body
        if reword := kind.once.get(self.name):
            body = to_json(reword(from_json(body))).decode()
        try:
            event: Event = adapter(kind).validate_json(body)
        except ValidationError as unfit:
            raise UnfitEvent(without_input(unfit)) from None
        if MOMENT in {part.name for part in fields(kind)}:
            return replace(event, **{MOMENT: self.occurred_at})
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
        return cls._told(from_json(body))

    @classmethod
    def from_cloud_events(cls, body: bytes) -> list["Posted"]:
        """One event, or a batch of them. Raises `ValueError` where one of them is none."""
        told = from_json(body)
        return [cls._told(one) for one in (told if isinstance(told, list) else [told])]

    @classmethod
    def _told(cls, told: Any) -> "Posted":
        try:
            one = cls(
                id=UUID(told["id"]),
                name=told["type"],
                aggregate_id=told["subject"],
                sequence=int(told["sequence"]),
                occurred_at=_instant(told["time"]),
                actor=told["actor"],
                traceparent=told["traceparent"],
                body=to_json(told["data"]).decode(),
            )
            is_fit = one.actor.isascii() and 0 < one.sequence < MOST
            texts = {part: getattr(one, part) for part in LONGEST}
            is_fit &= all(
                text.isprintable() and len(text) <= LONGEST[part] for part, text in texts.items()
            )
        except (KeyError, TypeError, AttributeError, OverflowError) as missing:
            raise ValueError("not one of our events") from missing
        if not is_fit:
            raise ValueError("not one of our events")
        return one


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("when that is depends on where one is")
    return at.astimezone(UTC)


class UnfitEvent(ValueError):
    """The words of an event do not fit what its contract declares; which, and not what they are."""


class NotTaken(Exception):
    """A listener says of one event that it will not have it, however often it is brought.

    It has those that were brought before it.
    """

    def __init__(self, posted: Posted, why: str) -> None:
        super().__init__(f"{posted.name} {posted.id}: {why}")
        self.posted = posted


def as_cloud_events(batch: Sequence[Posted]) -> bytes:
    """A batch as CloudEvents has it; one alone as itself."""
    if len(batch) == 1:
        return batch[0].as_cloud_event()
    return b"[" + b",".join(posted.as_cloud_event() for posted in batch) + b"]"


@cache
def event_class(name: str) -> type[Event]:
    """By its name, or by one that it once had. Raises `LookupError` for an event that its contract does
    not declare (any more).
    """
    try:
        module = import_module(f"domain.contracts.{name.partition('.')[0]}")
    except ModuleNotFoundError as unknown:
        raise LookupError(name) from unknown
    for _, kind in getmembers(module, isclass):
        if issubclass(kind, Event) and kind is not Event and name in (kind.name, *kind.once):
            return kind
    raise LookupError(name)


@cache
def newest(name: str) -> str:
    """What an event of this name is called today; that, where nobody knows it any more."""
    try:
        return event_class(name).name
    except LookupError:
        return name
