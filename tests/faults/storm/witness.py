"""An inbox that takes note of each event that a consumer works through, in the same transaction.

That a row of the inbox says "done" does not say how often it was done: this does.
"""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Integer, MetaData, Table, insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.shared.model import Event
from infrastructure.shared.database.columns import Id, exact_text
from infrastructure.shared.events.consumers import Consumer, Handle
from infrastructure.shared.events.inbox import Inbox
from infrastructure.shared.events.posted import Posted

metadata = MetaData()
applied = Table(
    "faults_applied",
    metadata,
    Column("number", Integer, primary_key=True),  # clocks are moved
    Column("event_id", Id, nullable=False),
    Column("consumer", exact_text(64), nullable=False),
    Index("ix_faults_applied_event", "event_id", "consumer"),
)
_line: ContextVar[AsyncConnection] = ContextVar("line")
_event: ContextVar[UUID] = ContextVar("event")


@dataclass(frozen=True)
class Witnessed:
    """A consumer's work, noted once it is done."""

    consumer: str
    work: Handle

    async def __call__(self, repository: Any, event: Any, /) -> None:
        await self.work(repository, event)
        noted = {"event_id": _event.get(), "consumer": self.consumer}
        await _line.get().execute(insert(applied), noted)


class WitnessedInbox(Inbox):
    def __init__(
        self,
        engine: AsyncEngine,
        table: Table,
        repository: Callable[[AsyncConnection], Any],
        consumers: Sequence[Consumer],
        ring: Callable[[], None],
    ) -> None:
        def on(line: AsyncConnection) -> Any:
            _line.set(line)
            return repository(line)

        watched = [replace(one, handle=Witnessed(one.name, one.handle)) for one in consumers]
        super().__init__(engine, table, on, watched, ring)


def note_what_is_opened() -> None:
    """An event is opened just before it is worked through, and does not know its own id."""
    opened = Posted.opened

    def noted(self: Posted) -> Event:
        _event.set(self.id)
        return opened(self)

    Posted.opened = noted  # type: ignore[method-assign]
