from collections.abc import Sequence
from copy import copy
from typing import Any

from sqlalchemy import (
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.customers import UnknownCustomer
from domain.customers.customer import Customer
from domain.customers.fitness import is_name
from domain.shared.ids import first_version
from domain.shared.model import Conflict
from domain.shared.values import CustomerId
from infrastructure.customers.customer_rows import (
    ADDRESS,
    address_rows,
    customer_row,
    customers_of,
)
from infrastructure.customers.tables import addresses, customers, outbox
from infrastructure.shared.events.outbox import append_events

whole = (
    select(
        customers,
        addresses.c.address_id,
        *(addresses.c[name].label(f"address.{name}") for name in ADDRESS),
    )
    .select_from(customers.outerjoin(addresses))
    .order_by(customers.c.customer_id, addresses.c.number)
)
# Built once: building one costs as much as executing it.
BY_EMAIL = whole.where(customers.c.email_key == bindparam("of_email"))
LAST_EVENTS = (
    select(outbox.c.aggregate_id, func.max(outbox.c.sequence))
    .where(outbox.c.aggregate_id.in_(bindparam("those", expanding=True)))
    .group_by(outbox.c.aggregate_id)
)


class SqlCustomers:
    """The customers in a transaction; it remembers what it loaded, so as to write what changed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._loaded: dict[CustomerId, Customer] = {}

    async def find(self, customer_ids: Sequence[CustomerId]) -> dict[CustomerId, Customer]:
        if not customer_ids:
            return {}
        found = await self._load(whole.where(customers.c.customer_id.in_(customer_ids)))
        return {customer.customer_id: customer for customer in found}

    async def get(self, customer_id: CustomerId) -> Customer:
        found = await self.find([customer_id] if is_name(customer_id) else [])
        if customer_id not in found:
            raise UnknownCustomer(customer_id)
        return found[customer_id]

    async def page(self, after: str | None, most: int) -> list[Customer]:
        its_id = customers.c.customer_id
        some = select(its_id).order_by(its_id).limit(most)
        page = some.where(its_id > after) if after else some
        found = await self.find(list((await self._connection.execute(page)).scalars()))
        return list(found.values())

    async def find_owners(self, email_keys: Sequence[str]) -> dict[str, CustomerId]:
        if not email_keys:
            return {}
        their, its = customers.c.email_key.in_(email_keys), customers.c
        rows = await self._connection.execute(select(its.email_key, its.customer_id).where(their))
        return {row.email_key: row.customer_id for row in rows}

    async def find_by_email(self, email_key: str) -> Customer | None:
        return next(iter(await self._load(BY_EMAIL, {"of_email": email_key})), None)

    async def save(self, described: Sequence[Customer]) -> None:
        changed = [c for c in described if c != self._loaded.get(c.customer_id)]
        changed.sort(key=lambda customer: customer.customer_id)  # one order for all: no deadlock
        known = [customer for customer in changed if customer.version]
        new = [customer for customer in changed if not customer.version]
        await self._number(new)
        rows = [customer_row(customer, first_version()) for customer in new]
        try:
            await self._update(known)
            await self._insert(customers, rows)
        except IntegrityError as taken:
            raise Conflict(*(customer.customer_id for customer in changed)) from taken
        await self._save_addresses(changed)
        firsts = {row["customer_id"]: row["version"] for row in rows}
        for customer in changed:
            await append_events(self._connection, outbox, customer.customer_id, customer)
            customer.version = firsts.get(customer.customer_id, customer.version + 1)
            self._loaded[customer.customer_id] = copy(customer)

    async def remove(self, customer: Customer) -> None:
        its = customers.c
        theirs = addresses.c.customer_id == customer.customer_id
        await self._connection.execute(delete(addresses).where(theirs))
        one = delete(customers).where(
            its.customer_id == customer.customer_id, its.version == customer.version
        )
        if not (await self._connection.execute(one)).rowcount:
            raise Conflict(customer.customer_id)
        await append_events(self._connection, outbox, customer.customer_id, customer)

    async def _load(self, which: Select[Any], told: dict[str, Any] | None = None) -> list[Customer]:
        rows = (await self._connection.execute(which, told)).mappings().all()
        found = customers_of(rows)
        self._loaded.update({customer.customer_id: copy(customer) for customer in found})
        return found

    async def _update(self, known: list[Customer]) -> None:
        if not known:
            return
        await self._release_emails(known)
        unchanged = (
            customers.c.customer_id == bindparam("its_id"),
            customers.c.version == bindparam("its_version"),
        )
        rows = [
            {
                "its_id": customer.customer_id,
                "its_version": customer.version,
                **customer_row(customer, customer.version + 1),
            }
            for customer in known
        ]
        one = update(customers).where(*unchanged)
        if (await self._connection.execute(one, rows)).rowcount != len(rows):
            raise Conflict(*(customer.customer_id for customer in known))

    async def _release_emails(self, known: list[Customer]) -> None:
        """Where e-mail addresses change hands, each is let go before another has it: no address
        begins with a space, so that none is in the way.
        """
        ids = [
            customer.customer_id
            for customer in known
            if not (was := self._loaded.get(customer.customer_id))
            or was.email_key != customer.email_key
        ]
        if len(ids) > 1:
            nobody = literal(" ") + customers.c.customer_id
            these = update(customers).where(customers.c.customer_id.in_(ids))
            await self._connection.execute(these.values(email_key=nobody))

    async def _number(self, new: list[Customer]) -> None:
        """The events of whoever was erased, and is here again under the same id, are numbered on."""
        if not new:
            return
        those = {"those": [customer.customer_id for customer in new]}
        rows = await self._connection.execute(LAST_EVENTS, those)
        told = {row.aggregate_id: row[1] for row in rows}
        for customer in new:
            customer.events_recorded += told.get(customer.customer_id, 0)

    async def _save_addresses(self, changed: list[Customer]) -> None:
        moved = [
            customer
            for customer in changed
            if not (was := self._loaded.get(customer.customer_id))
            or was.details.addresses != customer.details.addresses
        ]
        if known := [customer.customer_id for customer in moved if customer.version]:
            theirs = addresses.c.customer_id.in_(known)
            await self._connection.execute(delete(addresses).where(theirs))
        await self._insert(addresses, [row for c in moved for row in address_rows(c)])

    async def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            await self._connection.execute(insert(table), rows)
