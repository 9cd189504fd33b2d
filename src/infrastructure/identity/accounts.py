from copy import copy
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.identity import STAFF, AccountId, UnknownAccount
from domain.identity.account import OWNER, Account
from domain.shared.model import Conflict
from domain.shared.values import CustomerId
from infrastructure.identity.tables import accounts, mail, outbox, sessions, tickets
from infrastructure.shared.events.outbox import append_events

KEPT = [one.name for one in fields(Account) if one.name in accounts.c]


class SqlAccounts:
    """The accounts in a transaction; it remembers what it loaded, so as to write what changed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._loaded: dict[AccountId, Account] = {}

    async def get(self, account_id: AccountId) -> Account:
        if account := await self.find(account_id):
            return account
        raise UnknownAccount(account_id)

    async def find(self, account_id: AccountId) -> Account | None:
        return await self._find(accounts.c.account_id == account_id)

    async def find_by_email(self, kind: str, email_key: str) -> Account | None:
        return await self._find((accounts.c.kind == kind) & (accounts.c.email_key == email_key))

    async def find_by_customer(self, customer_id: CustomerId) -> list[Account]:
        return await self._some(select(accounts).where(accounts.c.customer_id == customer_id))

    async def page_of_staff(self, after: UUID | None, most: int) -> list[Account]:
        its = accounts.c
        some = select(accounts).where(its.kind == STAFF).order_by(its.account_id).limit(most)
        return await self._some(some.where(its.account_id > after) if after else some)

    async def lock_owners(self) -> set[AccountId]:
        its = accounts.c
        owners = select(its.account_id).where(
            its.kind == STAFF, its.role == OWNER, its.is_disabled.is_(False)
        )
        locked = owners.order_by(its.account_id).with_for_update()
        return set((await self._connection.execute(locked)).scalars())

    async def save(self, account: Account) -> None:
        if account == self._loaded.get(account.account_id):
            return
        row = _row(account)
        try:
            if account.version:
                await self._update(account, row)
            else:
                await self._connection.execute(insert(accounts), row)
        except IntegrityError as taken:
            raise Conflict(account.account_id) from taken
        await append_events(self._connection, outbox, str(account.account_id), account)
        account.version += 1
        self._loaded[account.account_id] = copy(account)

    async def remove(self, account: Account) -> None:
        for table in (sessions, tickets, mail):
            its = table.c.account_id == account.account_id
            await self._connection.execute(delete(table).where(its))
        gone = await self._connection.execute(delete(accounts).where(*_as_it_was(account)))
        if gone.rowcount == 0:
            raise Conflict(account.account_id)
        await append_events(self._connection, outbox, str(account.account_id), account)

    async def _update(self, account: Account, row: dict[str, Any]) -> None:
        saved = update(accounts).where(*_as_it_was(account)).values(row)
        if (await self._connection.execute(saved)).rowcount == 0:
            raise Conflict(account.account_id)

    async def _find(self, which: ColumnElement[bool]) -> Account | None:
        return next(iter(await self._some(select(accounts).where(which))), None)

    async def _some(self, asked: Any) -> list[Account]:
        rows = (await self._connection.execute(asked)).mappings()
        found = [Account(**{name: row[name] for name in KEPT}) for row in rows]
        self._loaded |= {one.account_id: copy(one) for one in found}
        return found


def _as_it_was(account: Account) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        accounts.c.account_id == account.account_id,
        accounts.c.version == account.version,
    )


def _row(account: Account) -> dict[str, Any]:
    return {
        **{name: getattr(account, name) for name in KEPT},
        "email_key": account.email_key,
        "version": account.version + 1,
    }
