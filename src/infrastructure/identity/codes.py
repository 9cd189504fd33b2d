from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.identity import AccountId, GrantCode, GrantId
from domain.identity.code import Code
from domain.shared.model import Conflict
from infrastructure.identity.tables import codes

GRANTED = (
    "client_id",
    "account_id",
    "redirect_uri",
    "code_challenge",
    "audience",
    "authenticated_at",
    "nonce",
)


class SqlCodes:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, code: Code) -> None:
        row = {name: getattr(code.granted, name) for name in GRANTED}
        row |= {
            "code_digest": code.digest,
            "scopes": " ".join(code.granted.scopes),
            "expires_at": code.expires_at,
        }
        await self._connection.execute(insert(codes).values(row))

    async def find(self, code_digest: str) -> Code | None:
        one = select(codes).where(codes.c.code_digest == code_digest)
        row = (await self._connection.execute(one)).mappings().first()
        return _code(row) if row else None

    async def spend(self, code_digest: str, grant_id: GrantId) -> None:
        its = codes.c
        one = update(codes).where(its.code_digest == code_digest, its.grant_id.is_(None))
        if not (await self._connection.execute(one.values(grant_id=grant_id))).rowcount:
            raise Conflict(grant_id)

    async def void(self, account_id: AccountId) -> None:
        its = codes.c
        unspent = delete(codes).where(its.account_id == account_id, its.grant_id.is_(None))
        await self._connection.execute(unspent)


def _code(row: RowMapping) -> Code:
    told = {name: row[name] for name in GRANTED}
    return Code(
        digest=row["code_digest"],
        granted=GrantCode(**told, scopes=tuple(row["scopes"].split())),
        expires_at=row["expires_at"],
        grant_id=row["grant_id"],
    )
