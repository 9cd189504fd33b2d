from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.identity import GrantId
from domain.identity.refresh_token import RefreshToken
from infrastructure.identity.grant_rows import with_its_people
from infrastructure.identity.grants import SqlGrants
from infrastructure.identity.tables import accounts, clients, grants, refresh_tokens

its = refresh_tokens.c
whole = select(
    grants,
    its.issued_at,
    its.spent_at,
    clients.c.is_disabled.label("client_is_disabled"),
    accounts.c.is_disabled.label("account_is_disabled"),
).select_from(with_its_people.join(refresh_tokens, its.grant_id == grants.c.grant_id))


class SqlRefreshTokens:
    """`grants` remembers what is loaded here of them."""

    def __init__(self, connection: AsyncConnection, grants: SqlGrants) -> None:
        self._connection, self._grants = connection, grants

    async def add(self, token_digest: str, grant_id: GrantId, issued_at: datetime) -> None:
        row = {"token_digest": token_digest, "grant_id": grant_id, "issued_at": issued_at}
        await self._connection.execute(insert(refresh_tokens).values(row))

    async def find(self, token_digest: str) -> RefreshToken | None:
        one = whole.where(its.token_digest == token_digest)
        row = (await self._connection.execute(one)).mappings().first()
        if not row:
            return None
        grant = self._grants.remember(row)
        is_of_somebody = grant.details.account_id is not None
        return RefreshToken(
            grant=grant,
            issued_at=row["issued_at"],
            spent_at=row["spent_at"],
            is_able=row["client_is_disabled"] is False
            and (row["account_is_disabled"] is False or not is_of_somebody),
        )

    async def spend(self, token_digest: str, spent_at: datetime) -> bool:
        one = update(refresh_tokens).where(its.token_digest == token_digest, its.spent_at.is_(None))
        return bool((await self._connection.execute(one.values(spent_at=spent_at))).rowcount)
