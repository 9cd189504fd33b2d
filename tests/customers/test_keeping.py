"""Customers that staff keep, one at a time, by the `Customers` contract: near, wire and far."""

from asyncio import gather
from dataclasses import replace

import pytest

from domain.contracts.customers import (
    CreateCustomer,
    CustomerChanged,
    CustomerDetails,
    CustomerExists,
    Customers,
    EmailTaken,
    EraseCustomer,
    Erased,
    FindCustomer,
    GetCustomer,
    KeptCustomer,
    ListCustomers,
    UnfitCustomer,
    UnknownCursor,
    UnknownCustomer,
    UpdateCustomer,
)
from domain.shared.ids import from_public
from domain.shared.values import CustomerId
from tests.conftest import KeptHouse
from tests.customers.builders import (
    HOME,
    WORK,
    a_customer,
    a_full_customer,
    an_address,
    an_email,
)

NOBODY = CustomerId("")


@pytest.fixture
def customers(house: KeptHouse) -> Customers:
    return house.contract(Customers)


async def create(customers: Customers, details: CustomerDetails) -> KeptCustomer:
    return await customers.create_customer(CreateCustomer(details=details))


async def get(customers: Customers, customer_id: CustomerId) -> KeptCustomer:
    return await customers.get_customer(GetCustomer(customer_id=customer_id))


def an_edit(details: CustomerDetails, version: int | None = None) -> UpdateCustomer:
    return UpdateCustomer(customer_id=details.customer_id, details=details, version=version)


async def test_who_is_created_is_kept_whole(customers: Customers) -> None:
    jane = a_full_customer()

    created = await create(customers, jane)

    assert created.details == jane
    assert await get(customers, jane.customer_id) == created


async def test_who_has_no_id_is_given_one_and_so_are_addresses(customers: Customers) -> None:
    unnamed = a_customer(
        customer_id=NOBODY, addresses=(replace(an_address(HOME), address_id=""), an_address(WORK))
    )

    created = (await create(customers, unnamed)).details

    assert from_public("cus", created.customer_id)
    assert from_public("adr", created.addresses[0].address_id)
    assert created.addresses[1] == unnamed.addresses[1]
    assert (await get(customers, created.customer_id)).details == created


async def test_nobody_is_created_twice(customers: Customers) -> None:
    jane = (await create(customers, a_customer())).details

    with pytest.raises(CustomerExists):
        await create(customers, replace(jane, email=an_email("other")))
    with pytest.raises(EmailTaken) as refused:
        await create(customers, a_customer(email=jane.email.upper()))
    with pytest.raises(UnfitCustomer):
        await create(customers, a_customer(email="nobody"))

    assert refused.value.customer_id == jane.customer_id


async def test_of_many_who_create_the_same_one_does(customers: Customers) -> None:
    unnamed = a_customer(customer_id=NOBODY)

    outcomes = await gather(*(create(customers, unnamed) for _ in range(4)), return_exceptions=True)

    assert sorted(type(one).__name__ for one in outcomes) == ["EmailTaken"] * 3 + ["KeptCustomer"]


async def test_an_edit_takes_the_place_of_all_that_was_known(customers: Customers) -> None:
    jane = a_full_customer()
    created = await create(customers, jane)
    moved = a_customer(customer_id=jane.customer_id, addresses=(an_address(WORK, "new"),))

    edited = await customers.update_customer(an_edit(moved, created.version))

    assert edited == KeptCustomer(details=moved, version=created.version + 1)
    assert await get(customers, jane.customer_id) == edited


async def test_an_edit_that_is_asked_for_again_changes_nothing(customers: Customers) -> None:
    created = await create(customers, a_customer())
    jane, somewhere = created.details, replace(an_address(HOME), address_id="")
    edit = an_edit(replace(jane, customer_id=NOBODY, addresses=(somewhere,)), created.version)
    edit = replace(edit, customer_id=jane.customer_id)
    edited = await customers.update_customer(edit)

    assert await customers.update_customer(edit) == edited
    assert edited.version == created.version + 1
    assert await get(customers, jane.customer_id) == edited


async def test_of_two_editors_one_wins_and_the_other_is_told(customers: Customers) -> None:
    created = await create(customers, a_customer())
    jane = created.details
    wishes = [replace(jane, first_name=name) for name in ("Joan", "Jean")]

    outcomes = await gather(
        *(customers.update_customer(an_edit(wish, created.version)) for wish in wishes),
        return_exceptions=True,
    )

    (stale,) = [one for one in outcomes if isinstance(one, CustomerChanged)]
    (winner,) = [one for one in outcomes if isinstance(one, KeptCustomer)]
    assert stale.version == winner.version == created.version + 1
    assert await get(customers, jane.customer_id) == winner


async def test_an_edit_that_may_not_be_changes_nothing(customers: Customers) -> None:
    jane, john = await create(customers, a_customer()), await create(customers, a_customer())
    now = jane.details
    renamed = replace(now, customer_id=CustomerId("another"))
    another = UpdateCustomer(customer_id=now.customer_id, details=renamed, version=None)

    with pytest.raises(EmailTaken):
        await customers.update_customer(an_edit(replace(now, email=john.details.email)))
    with pytest.raises(UnfitCustomer):
        await customers.update_customer(an_edit(replace(now, email="nobody")))
    with pytest.raises(UnfitCustomer):
        await customers.update_customer(another)

    assert await get(customers, now.customer_id) == jane


async def test_who_is_erased_is_unknown(customers: Customers) -> None:
    jane = (await create(customers, a_full_customer())).details
    await customers.update_customer(an_edit(replace(jane, first_name="Joan")))

    erased = await customers.erase_customer(EraseCustomer(customer_id=jane.customer_id))

    assert erased == Erased(customer_id=jane.customer_id)
    assert (await customers.find_customer(FindCustomer(email=jane.email))).customer is None
    for gone in (
        get(customers, jane.customer_id),
        customers.update_customer(an_edit(jane)),
        customers.erase_customer(EraseCustomer(customer_id=jane.customer_id)),
    ):
        with pytest.raises(UnknownCustomer):
            await gone


async def test_who_was_erased_may_come_back(customers: Customers) -> None:
    jane = a_full_customer()
    seen = set()
    for _ in range(3):
        seen.add((await create(customers, jane)).version)
        await customers.erase_customer(EraseCustomer(customer_id=jane.customer_id))

    again = await create(customers, jane)

    assert again.details == jane
    assert len(seen | {again.version}) == 4


@pytest.mark.parametrize("after", ["", " ", "\x00", "x" * 999])
async def test_what_no_page_ended_with_is_refused(customers: Customers, after: str) -> None:
    await create(customers, a_customer())

    with pytest.raises(UnknownCursor):
        await customers.list_customers(ListCustomers(after=after))


async def test_an_address_that_is_named_lends_its_id_to_no_other(customers: Customers) -> None:
    """The same place twice: once by its name, described anew, and once without one."""
    jane = (await create(customers, a_customer(addresses=(an_address(HOME, "home"),)))).details
    two = (an_address(WORK, "home"), replace(an_address(HOME), address_id=""))

    edited = await customers.update_customer(an_edit(replace(jane, addresses=two)))

    first, second = edited.details.addresses
    assert first == two[0]
    assert (second.address, from_public("adr", second.address_id) is not None) == (HOME, True)


@pytest.mark.parametrize("customer_id", ["", " ", "nobody", "\x00", "x" * 999])
async def test_who_nobody_is_is_unknown(customers: Customers, customer_id: str) -> None:
    await create(customers, a_customer())

    with pytest.raises(UnknownCustomer):
        await get(customers, CustomerId(customer_id))


async def test_pages_add_up_to_all_while_more_join(customers: Customers) -> None:
    known = {(await create(customers, a_customer())).details.customer_id for _ in range(5)}
    seen: list[str] = []
    after: str | None = None

    while True:
        page = await customers.list_customers(ListCustomers(after=after, most=2))
        seen += [item.details.customer_id for item in page.items]
        if not (after := page.next):
            break
        if len(seen) % 4 == 0:
            await create(customers, a_full_customer())

    assert len(seen) == len(set(seen))
    assert known <= set(seen)


async def test_who_has_an_email_address_is_listed_alone(customers: Customers) -> None:
    jane = await create(customers, a_full_customer())
    await create(customers, a_customer())
    email = jane.details.email

    async def listed(email: str, after: str | None = None) -> tuple[KeptCustomer, ...]:
        wanted = ListCustomers(email=email, after=after)
        return (await customers.list_customers(wanted)).items

    assert await listed(email) == await listed(f" {email.upper()} ") == (jane,)
    assert await listed(email[1:]) == await listed("") == ()
    assert await listed(email, after=jane.details.customer_id) == ()
