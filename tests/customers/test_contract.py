"""The `Customers` contract: one set of promises, kept near, through the wire, and far."""

from asyncio import gather
from dataclasses import replace

import pytest

from domain.contracts.customers import (
    CustomerDetails,
    Customers,
    CustomersPut,
    EmailTaken,
    FindCustomer,
    PutCustomers,
    UnfitCustomer,
)
from tests.conftest import KeptHouse
from tests.customers.builders import WORK, a_customer, a_full_customer, an_address, an_email


@pytest.fixture
def customers(house: KeptHouse) -> Customers:
    return house.contract(Customers)


async def put(customers: Customers, *described: CustomerDetails) -> CustomersPut:
    return await customers.put_customers(PutCustomers(customers=described))


async def found(customers: Customers, email: str) -> CustomerDetails | None:
    return (await customers.find_customer(FindCustomer(email=email))).customer


async def test_who_is_put_is_found_by_email_in_any_case(customers: Customers) -> None:
    jane, john = a_full_customer(), a_customer()

    assert await put(customers, jane, john) == CustomersPut(customers=2)

    assert await found(customers, jane.email) == jane
    assert await found(customers, f" {jane.email.upper()} ") == jane
    assert await found(customers, john.email.lower()) == john


@pytest.mark.parametrize("email", ["nobody@example.com", "", "no address", "x" * 999, "\x00@x.org"])
async def test_who_is_not_there_is_not_found(customers: Customers, email: str) -> None:
    await put(customers, a_customer())

    assert await found(customers, email) is None


async def test_putting_again_changes_what_is_new_and_nothing_else(customers: Customers) -> None:
    jane, john = a_full_customer(), a_full_customer()
    await put(customers, jane, john)
    moved = replace(jane, last_name="Smith", addresses=(an_address(WORK, "third"),))

    for _ in range(2):
        await put(customers, moved)

        assert await found(customers, jane.email) == replace(
            moved, addresses=(*jane.addresses, *moved.addresses)
        )
        assert await found(customers, john.email) == john


async def test_one_unfit_customer_keeps_all_out(customers: Customers) -> None:
    jane = a_customer()
    await put(customers, jane)
    new, unfit = a_customer(), a_customer(email="nonsense")

    with pytest.raises(UnfitCustomer) as refused:
        await put(customers, replace(jane, first_name="Changed"), new, unfit)

    assert refused.value.customer_id == unfit.customer_id
    assert await found(customers, jane.email) == jane
    assert await found(customers, new.email) is None


async def test_anothers_email_address_is_refused(customers: Customers) -> None:
    jane = a_customer()
    await put(customers, jane)
    other = a_customer()

    with pytest.raises(EmailTaken) as refused:
        await put(customers, other, a_customer(email=jane.email.upper()))

    assert refused.value.customer_id == jane.customer_id
    assert await found(customers, other.email) is None


async def test_an_email_address_that_was_given_up_is_free(customers: Customers) -> None:
    jane = a_customer()
    await put(customers, jane)
    heir = a_customer(email=jane.email)

    await put(customers, replace(jane, email=an_email("new")), heir)

    assert await found(customers, jane.email) == heir


async def test_many_who_put_the_same_at_once_all_succeed(customers: Customers) -> None:
    jane = a_full_customer()

    await gather(*(put(customers, jane) for _ in range(4)))

    assert await found(customers, jane.email) == jane
