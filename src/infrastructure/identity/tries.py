from datetime import datetime

from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.identity.tries import Tries
from infrastructure.identity.tables import tries
from infrastructure.shared.database.inserts import insert_new


class SqlTried:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def take(self, subject: str, now: datetime) -> Tries:
        locked = select(tries).where(tries.c.subject == subject).with_for_update()
        if not (row := (await self._connection.execute(locked)).first()):
            none = {"subject": subject, "failures": 0, "free_at": now, "expires_at": now}
            await insert_new(self._connection, tries, none)
            row = (await self._connection.execute(locked)).one()
        return Tries(row.failures, row.free_at) if row.expires_at > now else Tries(0, now)

    async def is_kept(self, subject: str, now: datetime) -> bool:
        of_subject: Select[tuple[int]] = select(tries.c.failures).where(
            tries.c.subject == subject, tries.c.expires_at > now
        )
        return (await self._connection.execute(of_subject)).first() is not None

    async def put(self, subject: str, kept: Tries, expires_at: datetime) -> None:
        its = update(tries).where(tries.c.subject == subject)
        values = {"failures": kept.count, "free_at": kept.free_at, "expires_at": expires_at}
        await self._connection.execute(its.values(values))

    async def forget(self, subject: str) -> None:
        await self._connection.execute(delete(tries).where(tries.c.subject == subject))
