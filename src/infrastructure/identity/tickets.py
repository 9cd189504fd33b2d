from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.identity import AccountId
from infrastructure.identity.tables import tickets


class SqlTickets:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def make(
        self, ticket_digest: str, purpose: str, account_id: AccountId, expires_at: datetime
    ) -> None:
        its = tickets.c
        before = delete(tickets).where(its.account_id == account_id, its.purpose == purpose)
        await self._connection.execute(before)
        row = {
            "ticket_digest": ticket_digest,
            "purpose": purpose,
            "account_id": account_id,
            "expires_at": expires_at,
        }
        await self._connection.execute(insert(tickets), row)

    async def find(
        self, ticket_digest: str, purposes: Collection[str], now: datetime
    ) -> AccountId | None:
        its = tickets.c
        found = select(its.account_id).where(
            its.ticket_digest == ticket_digest, its.purpose.in_(purposes), its.expires_at > now
        )
        account_id: AccountId | None = (await self._connection.execute(found)).scalar()
        return account_id

    async def use(self, ticket_digest: str) -> bool:
        used = delete(tickets).where(tickets.c.ticket_digest == ticket_digest)
        return (await self._connection.execute(used)).rowcount > 0

    async def void(self, account_id: AccountId) -> None:
        all_its = delete(tickets).where(tickets.c.account_id == account_id)
        await self._connection.execute(all_its)
