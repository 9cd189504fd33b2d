"""What is left of a customer who was erased, on a real database."""

from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.customers.erase_customer import EraseCustomerHandler
from app.customers.remember_buyer import RememberBuyer
from domain.contracts.customers import EraseCustomer
from domain.customers.customer import Customer
from domain.customers.ports import Begin
from domain.shared.model import Conflict
from infrastructure.customers.customers import SqlCustomers
from infrastructure.customers.tables import addresses, customers, outbox
from infrastructure.shared.database.engines import transaction
from tests.customers.builders import HOME, a_buyer, a_customer, a_full_customer, an_order

JOINED, ERASED = "customers.customer_joined.v1", "customers.customer_erased.v1"


@pytest.fixture
def begin(engine: AsyncEngine) -> Begin:
    return partial(transaction, engine, SqlCustomers)


async def given(begin: Begin, *described: Customer) -> None:
    async with begin() as kept:
        await kept.save(described)


async def erased(begin: Begin, customer: Customer) -> None:
    await EraseCustomerHandler(begin)(EraseCustomer(customer_id=customer.customer_id))


async def told(engine: AsyncEngine, customer: Customer) -> list[tuple[str, int]]:
    some = select(outbox.c.name, outbox.c.sequence).order_by(outbox.c.sequence)
    theirs = some.where(outbox.c.aggregate_id == customer.customer_id)
    async with engine.connect() as connection:
        return [(name, sequence) for name, sequence in await connection.execute(theirs)]


async def test_no_row_is_left_but_of_events_that_say_an_id(
    begin: Begin, engine: AsyncEngine
) -> None:
    jane, john = Customer.joined(a_full_customer()), Customer.joined(a_full_customer())
    await given(begin, jane, john)

    await erased(begin, jane)

    async with engine.connect() as connection:
        for table in (customers, addresses):
            ids = (await connection.execute(select(table.c.customer_id))).scalars()
            assert set(ids) == {john.customer_id}
        bodies = (await connection.execute(select(outbox.c.body))).scalars().all()
    assert jane.details.email not in "".join(bodies)
    assert await told(engine, jane) == [(JOINED, 1), (ERASED, 2)]


async def test_the_events_of_who_comes_back_are_numbered_on(
    begin: Begin, engine: AsyncEngine
) -> None:
    jane = a_customer()
    for _ in range(2):
        await given(begin, Customer.joined(jane))
        await erased(begin, Customer.joined(jane))

    events = await told(engine, Customer.joined(jane))

    assert events == [(JOINED, 1), (ERASED, 2), (JOINED, 3), (ERASED, 4)]


async def test_who_changed_meanwhile_is_not_erased_by_an_older_look(begin: Begin) -> None:
    jane = Customer.joined(a_full_customer())
    await given(begin, jane)

    async with begin() as kept:
        mine = await kept.get(jane.customer_id)
        theirs = (await kept.find([jane.customer_id]))[jane.customer_id]
        theirs.remember(a_buyer(first_name="J"), None, "adr")
        theirs.describe(a_customer(customer_id=jane.customer_id))
        await kept.save([theirs])
        mine.erase()
        with pytest.raises(Conflict):
            await kept.remove(mine)


async def test_a_buyer_who_was_erased_and_orders_again_is_a_new_customer(begin: Begin) -> None:
    remember_buyer = RememberBuyer(clock=lambda: datetime(2026, 5, 1, tzinfo=UTC))
    jane = Customer.joined(a_full_customer())
    await given(begin, jane)
    await erased(begin, jane)

    async with begin() as kept:
        await remember_buyer(kept, an_order(a_buyer(email=jane.details.email), HOME))

    async with begin() as kept:
        again = await kept.find_by_email(jane.email_key)
    assert again
    assert again.customer_id != jane.customer_id
    assert (again.details.first_name, len(again.details.addresses)) == (None, 1)
