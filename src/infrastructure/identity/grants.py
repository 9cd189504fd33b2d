from collections.abc import Sequence
from copy import copy
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.identity import AccountId, GrantId, LinkedClient
from domain.identity.grant import Grant
from domain.identity.standing import AccountState, GrantState
from domain.shared.model import Conflict
from infrastructure.identity.clients import client_of
from infrastructure.identity.grant_rows import (
    OF_ACCOUNT,
    OF_CLIENT,
    account_of,
    grant_of,
    grant_row,
    with_its_people,
)
from infrastructure.identity.own_rows import adding, rows_of
from infrastructure.identity.tables import accounts, clients, grants, outbox
from infrastructure.shared.events.outbox import append_events

its = grants.c
whole = (
    select(grants, *OF_CLIENT, *OF_ACCOUNT)
    .select_from(with_its_people)
    .where(its.grant_id == bindparam("grant_id", type_=its.grant_id.type))
)


class SqlGrants:
    """The grants in a transaction; it remembers what it loaded, so as to write what changed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._loaded: dict[GrantId, Grant] = {}

    async def find(self, grant_id: GrantId) -> Grant | None:
        one = select(grants).where(its.grant_id == grant_id)
        row = (await self._connection.execute(one)).mappings().first()
        return self.remember(row) if row else None

    async def save(self, grant: Grant) -> None:
        if grant == self._loaded.get(grant.grant_id):
            return
        row = grant_row(grant, grant.version + 1)
        if grant.version:
            unchanged = (its.grant_id == grant.grant_id, its.version == grant.version)
            one = update(grants).where(*unchanged).values(row)
            if not (await self._connection.execute(one)).rowcount:
                raise Conflict(grant.grant_id)
        else:
            await self._connection.execute(insert(grants).values(row))
        await append_events(self._connection, outbox, str(grant.grant_id), grant)
        grant.version += 1
        self._loaded[grant.grant_id] = copy(grant)

    async def add_own(self, some: Sequence[Grant]) -> frozenset[GrantId]:
        """One statement: it is asked for more often than all others."""
        ids = [grant.grant_id for grant in some]
        added = await self._connection.execute(adding(len(some)), rows_of(some))
        if added.rowcount < len(some):
            kept = select(its.grant_id).where(its.grant_id.in_(ids))
            ids = list((await self._connection.execute(kept)).scalars())
        return frozenset(ids)

    async def of_account(self, account_id: AccountId) -> list[Grant]:
        theirs = select(grants).where(its.account_id == account_id, its.ended_at.is_(None))
        rows = await self._connection.execute(theirs.order_by(its.grant_id))
        return [self.remember(row) for row in rows.mappings()]

    async def linked(self, account_id: AccountId, now: datetime, most: int) -> list[LinkedClient]:
        linked = select(grants, clients.c.name, clients.c.profile_url).join(
            clients, clients.c.client_id == its.client_id
        )
        good = linked.where(
            its.account_id == account_id,
            its.ended_at.is_(None),
            its.expires_at > now,
            clients.c.is_disabled.is_(False),
        )
        some = good.order_by(its.grant_id.desc()).limit(most)
        return [
            LinkedClient(
                grant=grant_of(row).details, client_name=row["name"], profile_url=row["profile_url"]
            )
            for row in (await self._connection.execute(some)).mappings()
        ]

    async def find_state(self, grant_id: GrantId) -> GrantState | None:
        row = (await self._connection.execute(whole, {"grant_id": grant_id})).mappings()
        if not (found := row.first()):
            return None
        is_known = found["client.client_id"] is not None
        return GrantState(
            grant=grant_of(found).details,
            client=client_of(found, "client.") if is_known else None,
            account=account_of(found),
        )

    async def find_account(self, account_id: AccountId) -> AccountState | None:
        one = select(*OF_ACCOUNT).where(accounts.c.account_id == account_id)
        row = (await self._connection.execute(one)).mappings().first()
        return account_of(row) if row else None

    def remember(self, row: RowMapping) -> Grant:
        found = grant_of(row)
        self._loaded[found.grant_id] = copy(found)
        return found
