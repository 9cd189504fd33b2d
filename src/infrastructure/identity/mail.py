from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.identity import AccountId
from domain.identity.mail import Waiting
from domain.shared.ids import uuid7
from infrastructure.identity.tables import mail
from infrastructure.shared.database.engines import note_work
from infrastructure.shared.database.inserts import insert_new


class SqlMail:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def ask(self, purpose: str, account_id: AccountId, now: datetime) -> None:
        first = {"purpose": purpose, "account_id": account_id, "attempts": 0, "next_try_at": now}
        if not await insert_new(self._connection, mail, {"mail_id": uuid7(now), **first}):
            its = (mail.c.account_id == account_id, mail.c.purpose == purpose)
            await self._connection.execute(update(mail).where(*its).values(first))
        note_work()

    async def due(self, now: datetime, most: int) -> list[Waiting]:
        its = mail.c
        columns = (its.mail_id, its.purpose, its.account_id, its.attempts)
        oldest = select(*columns).where(its.next_try_at <= now).order_by(its.next_try_at)
        rows = (await self._connection.execute(oldest.limit(most))).mappings()
        return [Waiting(**row) for row in rows]

    async def begin(self, waiting: Waiting, next_try_at: datetime) -> bool:
        it = update(mail).where(_its(waiting, waiting.attempts))
        later = it.values(attempts=waiting.attempts + 1, next_try_at=next_try_at)
        return (await self._connection.execute(later)).rowcount > 0

    async def end(self, waiting: Waiting, next_try_at: datetime) -> None:
        begun = _its(waiting, waiting.attempts + 1) & (mail.c.next_try_at == next_try_at)
        await self._connection.execute(delete(mail).where(begun))


def _its(waiting: Waiting, attempts: int) -> ColumnElement[bool]:
    return (mail.c.mail_id == waiting.mail_id) & (mail.c.attempts == attempts)
