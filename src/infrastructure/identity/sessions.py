from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.identity import AccountId, SessionId
from domain.identity.session import Session
from infrastructure.identity.tables import sessions

PARTS = [sessions.c[one.name] for one in fields(Session)]


class SqlSessions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, session: Session, token_digest: str) -> None:
        row = {**asdict(session), "token_digest": token_digest}
        await self._connection.execute(insert(sessions), row)

    async def find(self, token_digest: str) -> Session | None:
        of_token = select(*PARTS).where(sessions.c.token_digest == token_digest)
        return next(iter(await self._some(of_token)), None)

    async def note_use(self, session: Session) -> None:
        used = update(sessions).where(sessions.c.session_id == session.session_id)
        until = {"seen_at": session.seen_at, "expires_at": session.expires_at}
        await self._connection.execute(used.values(until))

    async def of_account(self, account_id: AccountId, now: datetime, most: int) -> list[Session]:
        its = sessions.c
        last = select(*PARTS).where(its.account_id == account_id, its.expires_at > now)
        return await self._some(last.order_by(its.session_id.desc()).limit(most))

    async def end(
        self,
        account_id: AccountId,
        *,
        only: SessionId | None = None,
        but: SessionId | None = None,
    ) -> int:
        its = sessions.c
        over = delete(sessions).where(
            its.account_id == account_id,
            *([its.session_id == only] if only else []),
            *([its.session_id != but] if but else []),
        )
        return (await self._connection.execute(over)).rowcount

    async def _some(self, asked: Select[Any]) -> list[Session]:
        rows = (await self._connection.execute(asked)).mappings()
        return [Session(**row) for row in rows]
