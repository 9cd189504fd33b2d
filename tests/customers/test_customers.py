"""The `Customers` port on a real database, and what is remembered in it of an order."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.customers.remember_buyer import RememberBuyer
from domain.contracts.ordering import Buyer, OrderPlaced
from domain.customers.customer import Customer
from domain.customers.ports import Begin
from domain.shared.ids import from_public
from domain.shared.model import Conflict
from domain.shared.values import Consents, CustomerId
from infrastructure.customers.customers import SqlCustomers
from infrastructure.customers.tables import outbox
from infrastructure.shared.database.engines import transaction
from tests.customers.builders import (
    HOME,
    WORK,
    a_buyer,
    a_customer,
    a_full_customer,
    an_address,
    an_email,
    an_order,
)
from tests.statements import counted

remember_buyer = RememberBuyer(clock=lambda: datetime(2026, 5, 1, tzinfo=UTC))


@pytest.fixture
def begin(engine: AsyncEngine) -> Begin:
    return partial(transaction, engine, SqlCustomers)


async def given(begin: Begin, *customers: Customer) -> None:
    async with begin() as kept:
        await kept.save(customers)


async def found(begin: Begin, email: str) -> Customer | None:
    async with begin() as customers:
        return await customers.find_by_email(email.lower())


async def test_a_customer_comes_back_whole(begin: Begin) -> None:
    jane, plain = Customer.joined(a_full_customer()), Customer.joined(a_customer())

    await given(begin, jane, plain)

    async with begin() as customers:
        assert await customers.find_by_email(jane.email_key) == jane
        ids = [jane.customer_id, plain.customer_id, CustomerId("nobody")]
        assert await customers.find(ids) == {
            jane.customer_id: jane,
            plain.customer_id: plain,
        }


async def test_what_is_described_anew_comes_back_as_it_is_now(begin: Begin) -> None:
    jane = Customer.joined(a_full_customer())
    await given(begin, jane)
    new = a_customer(customer_id=jane.customer_id, addresses=(an_address(WORK, "b"),))

    async with begin() as customers:
        known = (await customers.find([jane.customer_id]))[jane.customer_id]
        known.describe(new)
        await customers.save([known])

    again = await found(begin, new.email)
    assert again
    assert (again.version, again.events_recorded) == (jane.version + 1, 1)
    assert again.details == replace(new, addresses=(*jane.details.addresses, an_address(WORK, "b")))
    assert await found(begin, jane.details.email) is None


async def test_a_customer_is_found_by_one_statement(begin: Begin, engine: AsyncEngine) -> None:
    jane = Customer.joined(a_full_customer())
    await given(begin, jane)

    with counted(engine) as statements:
        assert await found(begin, jane.details.email) == jane

    assert len(statements) == 1


async def test_email_addresses_change_hands(begin: Begin) -> None:
    jane, john = Customer.joined(a_customer()), Customer.joined(a_customer())
    await given(begin, jane, john)

    async with begin() as customers:
        both = await customers.find([jane.customer_id, john.customer_id])
        both[jane.customer_id].describe(replace(jane.details, email=john.details.email))
        both[john.customer_id].describe(replace(john.details, email=jane.details.email))
        await customers.save(list(both.values()))

    async with begin() as customers:
        keys = [jane.email_key, john.email_key]
        assert await customers.find_owners(keys) == {
            jane.email_key: john.customer_id,
            john.email_key: jane.customer_id,
        }


async def test_saving_what_has_not_changed_writes_nothing(
    begin: Begin, engine: AsyncEngine
) -> None:
    jane = Customer.joined(a_full_customer())
    await given(begin, jane)

    async with begin() as customers:
        known = (await customers.find([jane.customer_id]))[jane.customer_id]
        known.describe(jane.details)
        with counted(engine) as statements:
            await customers.save([known])

    assert statements == []
    assert known.version == jane.version


async def test_the_second_of_two_writers_is_told(begin: Begin) -> None:
    jane = Customer.joined(a_full_customer())
    await given(begin, jane)

    async with begin() as customers:
        ids = [jane.customer_id]
        mine, theirs = [(await customers.find(ids))[jane.customer_id] for _ in range(2)]
        theirs.describe(replace(jane.details, first_name="Theirs"))
        await customers.save([theirs])

        mine.describe(replace(jane.details, first_name="Mine"))
        with pytest.raises(Conflict):
            await customers.save([mine])


async def test_what_begins_twice_is_told(begin: Begin) -> None:
    jane = Customer.joined(a_customer())
    await given(begin, jane)
    same_id = Customer.joined(a_customer(customer_id=jane.customer_id))
    same_email = Customer.joined(a_customer(email=jane.details.email.upper()))

    for twin in (same_id, same_email):
        with pytest.raises(Conflict):
            await given(begin, twin)


async def test_an_email_address_that_was_taken_meanwhile_is_a_conflict(begin: Begin) -> None:
    jane, john = Customer.joined(a_customer()), Customer.joined(a_customer())
    await given(begin, jane, john)

    async with begin() as customers:
        known = (await customers.find([john.customer_id]))[john.customer_id]
        known.describe(replace(john.details, email=jane.details.email))
        with pytest.raises(Conflict):
            await customers.save([known])


async def test_a_failed_transaction_leaves_no_trace(begin: Begin, engine: AsyncEngine) -> None:
    jane = Customer.joined(a_full_customer())

    async def save_and_fail() -> None:
        async with begin() as customers:
            await customers.save([jane])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await save_and_fail()

    assert await found(begin, jane.details.email) is None
    assert await joined(engine) == []


async def joined(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        rows = (await connection.execute(select(outbox).order_by(outbox.c.id))).all()
    assert {(row.name, row.sequence) for row in rows} <= {("customers.customer_joined.v1", 1)}
    return [row.aggregate_id for row in rows]


async def remembered(begin: Begin, *orders: OrderPlaced) -> None:
    for order in orders:
        async with begin() as customers:
            await remember_buyer(customers, order)


async def test_a_buyer_becomes_a_customer(begin: Begin, engine: AsyncEngine) -> None:
    consents = Consents(marketing=True)
    buyer = a_buyer(first_name="Jane", last_name="Doe", phone_number="1", consents=consents)

    await remembered(begin, an_order(buyer, HOME))

    customer = await found(begin, buyer.email or "")
    assert customer
    details, (home,) = customer.details, customer.details.addresses
    assert from_public("cus", details.customer_id)
    assert from_public("adr", home.address_id)
    assert details == a_customer(
        customer_id=details.customer_id,
        email=buyer.email,
        first_name="Jane",
        last_name="Doe",
        phone_number="1",
        addresses=(an_address(HOME, home.address_id),),
        consents=consents,
    )
    assert await joined(engine) == [details.customer_id]


async def test_a_buyer_who_comes_back_is_the_same_customer(
    begin: Begin, engine: AsyncEngine
) -> None:
    jane = Customer.joined(a_full_customer())
    await given(begin, jane)
    buyer = Buyer(email=f" {jane.details.email.upper()} ", consents=Consents(marketing=False))

    await remembered(begin, an_order(buyer, HOME), an_order(buyer, WORK))

    customer = await found(begin, jane.details.email)
    assert customer
    assert [stored.address for stored in customer.details.addresses[2:]] == [WORK]
    assert customer.details.email == jane.details.email
    assert customer.details.consents.marketing is False
    assert await joined(engine) == [jane.customer_id]


async def test_hearing_of_an_order_again_changes_nothing(begin: Begin) -> None:
    buyer = a_buyer(first_name="Jane", consents=Consents(marketing=True))
    order = an_order(buyer)
    await remembered(begin, order)
    before = await found(begin, buyer.email or "")

    await remembered(begin, order)

    assert await found(begin, buyer.email or "") == before


@pytest.mark.parametrize(
    "buyer", [None, Buyer(), Buyer(email=""), Buyer(email="no address"), Buyer(first_name="Jane")]
)
async def test_who_left_no_email_address_is_nobody(
    begin: Begin, engine: AsyncEngine, buyer: Buyer | None
) -> None:
    await remembered(begin, an_order(a_buyer()))

    await remembered(begin, an_order(buyer))

    assert len(await joined(engine)) == 1


async def test_an_order_with_nowhere_to_go_makes_a_customer_all_the_same(begin: Begin) -> None:
    buyer = a_buyer(email=an_email("digital"))

    await remembered(begin, an_order(buyer, None))

    customer = await found(begin, buyer.email or "")
    assert customer
    assert customer.details.addresses == ()
