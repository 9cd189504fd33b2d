from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.identity import ApiKeyDetails, ClientId, KeyHolder, KeyId
from domain.identity.api_key import USED_LATELY, ApiKey
from domain.shared.model import Conflict
from infrastructure.identity.tables import api_keys, clients

DETAILS = [column for column in api_keys.c if column.name != "key_digest"]
holders = select(
    *DETAILS, clients.c.profile_url, clients.c.is_disabled, clients.c.scopes.label("client_scopes")
).select_from(api_keys.outerjoin(clients, clients.c.client_id == api_keys.c.client_id))


class SqlApiKeys:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, key_id: KeyId) -> ApiKey | None:
        return await self._one(api_keys.c.key_id == key_id)

    async def find_by_digest(self, key_digest: str) -> ApiKey | None:
        return await self._one(api_keys.c.key_digest == key_digest)

    async def find_holder(self, key_digest: str, now: datetime) -> tuple[KeyHolder, bool] | None:
        its = api_keys.c
        one = holders.where(
            its.key_digest == key_digest,
            its.ended_at.is_(None),
            or_(its.expires_at.is_(None), its.expires_at > now),
        )
        row = (await self._connection.execute(one)).mappings().first()
        if not row or (row["client_id"] is not None and row["is_disabled"] is not False):
            return None
        used_at = row["used_at"]
        return _holder(row), used_at is None or used_at <= now - USED_LATELY

    async def note_use(self, key_id: KeyId, now: datetime) -> None:
        its = api_keys.c
        is_due = or_(its.used_at.is_(None), its.used_at <= now - USED_LATELY)
        one = update(api_keys).where(its.key_id == key_id, is_due).values(used_at=now)
        await self._connection.execute(one)

    async def page(self, after: UUID | None, most: int) -> list[ApiKey]:
        some = select(api_keys).order_by(api_keys.c.key_id).limit(most)
        if after is not None:
            some = some.where(api_keys.c.key_id > after)
        return [_key(row) for row in (await self._connection.execute(some)).mappings()]

    async def add(self, key: ApiKey) -> None:
        its = key.details
        row = {name: getattr(its, name) for name in (column.name for column in DETAILS)}
        row |= {"scopes": " ".join(its.scopes), "key_digest": key.digest}
        try:
            await self._connection.execute(insert(api_keys).values(row))
        except IntegrityError as twin:
            raise Conflict(its.key_id) from twin

    async def end(self, key_id: KeyId, ended_at: datetime) -> bool:
        its = api_keys.c
        one = update(api_keys).where(its.key_id == key_id, its.ended_at.is_(None))
        return bool((await self._connection.execute(one.values(ended_at=ended_at))).rowcount)

    async def _one(self, which: Any) -> ApiKey | None:
        one = select(api_keys).where(which)
        row = (await self._connection.execute(one)).mappings().first()
        return _key(row) if row else None


def _key(row: RowMapping) -> ApiKey:
    told = {column.name: row[column.name] for column in DETAILS}
    told |= {"scopes": tuple(row["scopes"].split())}
    return ApiKey(details=ApiKeyDetails(**told), digest=row["key_digest"])


def _holder(row: RowMapping) -> KeyHolder:
    """A platform's key opens no more than the platform may have."""
    scopes = tuple(row["scopes"].split())
    if row["client_id"] is not None:
        scopes = tuple(scope for scope in scopes if scope in row["client_scopes"].split())
    return KeyHolder(
        key_id=row["key_id"],
        name=row["name"],
        scopes=scopes,
        client_id=row["client_id"] and ClientId(row["client_id"]),
        profile_url=row["profile_url"],
    )
