from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.identity import AuditEntry
from domain.shared.ids import earliest_uuid7, uuid7
from infrastructure.identity.tables import audit
from infrastructure.shared.clock import utc_now
from infrastructure.shared.envelope import current

MOST_OF_DETAIL = 4000


class SqlAudit:
    """What was done, in the transaction that does it; there is no way to change an entry."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def write(
        self, deed: str, subject: str, outcome: str = "done", *, source: str = "", detail: str = ""
    ) -> UUID:
        now, its = utc_now(), audit.c
        entry_id = uuid7(now)
        entry = {
            "entry_id": entry_id,
            "at": now,
            "actor": _fit(current().actor, its.actor),
            "deed": _fit(deed, its.deed),
            "subject": _fit(subject, its.subject),
            "outcome": _fit(outcome, its.outcome),
            "source": _fit(source, its.source),
            "detail": _plain(detail)[:MOST_OF_DETAIL],
        }
        await self._connection.execute(insert(audit).values(entry))
        return entry_id

    async def page(
        self,
        after: UUID | None,
        most: int,
        *,
        since: datetime | None = None,
        actor: str | None = None,
        subject: str | None = None,
    ) -> list[AuditEntry]:
        its = audit.c
        some = select(audit).order_by(its.entry_id).limit(most)
        if after is not None:
            some = some.where(its.entry_id > after)
        if since is not None:
            some = some.where(its.entry_id >= earliest_uuid7(since))
        if actor is not None:
            some = some.where(its.actor == _fit(actor, its.actor))
        if subject is not None:
            some = some.where(its.subject == _fit(subject, its.subject))
        return [AuditEntry(**row) for row in (await self._connection.execute(some)).mappings()]


def _fit(text: str, column: "Column[str]") -> str:
    return _plain(text)[: column.type.length]  # type: ignore[attr-defined]


def _plain(text: str) -> str:
    """On one line, of what every engine can keep: an entry cannot look like two."""
    return "".join(one if one.isprintable() else " " for one in text)
