from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from domain.contracts.customers import CustomerDetails, CustomerJoined, EmailTaken, UnfitCustomer
from domain.customers.customer import Customer, require_few, require_own_emails
from domain.shared.values import Address, Consents, CustomerId
from tests.customers.builders import (
    HOME,
    WORK,
    a_buyer,
    a_customer,
    a_full_customer,
    an_address,
)


def but(**details: Any) -> Callable[[CustomerDetails], CustomerDetails]:
    return lambda customer: replace(customer, **details)


def at(**parts: Any) -> Callable[[CustomerDetails], CustomerDetails]:
    return but(addresses=(an_address(Address(**parts)),))


UNFIT = {
    "has no id": but(customer_id=""),
    "has an id in spaces": but(customer_id=" x "),
    "has an id that is too long": but(customer_id="x" * 65),
    "has no e-mail address": but(email=""),
    "has an e-mail address without a host": but(email="jane@"),
    "has an e-mail address without a name": but(email="@example.com"),
    "has two hosts": but(email="jane@example.com@example.org"),
    "has a space in its e-mail address": but(email="jane doe@example.com"),
    "has an e-mail address that is too long": but(email="x" * 320 + "@example.com"),
    "has an e-mail address that no database keeps": but(email="ja\x00ne@example.com"),
    "has a blank name": but(first_name=" "),
    "has a name that is too long": but(last_name="x" * 201),
    "has a phone number that is too long": but(phone_number="1" * 65),
    "has an address without an id": but(addresses=(an_address(HOME, " "),)),
    "has two addresses of one id": but(addresses=(an_address(HOME, "a"), an_address(WORK, "a"))),
    "has an address that says nothing": at(),
    "has a blank part of an address": at(address_country="US", street_address=""),
    "has a part of an address that is too long": at(street_address="x" * 201),
    "has too many addresses": but(addresses=tuple(an_address() for _ in range(101))),
}


@pytest.mark.parametrize("unfit", UNFIT.values(), ids=UNFIT.keys())
def test_a_customer_cannot_be_described_so_that_it(
    unfit: Callable[[CustomerDetails], CustomerDetails],
) -> None:
    customer = Customer.joined(a_full_customer())
    before = deepcopy(customer)
    wrong = unfit(customer.details)

    with pytest.raises(UnfitCustomer) as refused:
        customer.describe(wrong)

    assert refused.value.customer_id == wrong.customer_id
    assert customer == before
    with pytest.raises(UnfitCustomer):
        Customer.joined(wrong)


def test_joining_is_told_and_being_described_again_is_not() -> None:
    customer = Customer.joined(a_full_customer())

    customer.describe(replace(customer.details, first_name="Janet"))

    assert customer.take_events() == [CustomerJoined(customer_id=customer.customer_id)]
    assert customer.details.first_name == "Janet"


def test_addresses_that_are_not_named_are_kept_and_named_ones_replaced() -> None:
    home, work = an_address(HOME, "home"), an_address(WORK, "work")
    customer = Customer.joined(a_customer(addresses=(home, work)))
    new_home, third = an_address(WORK, "home"), an_address(HOME, "third")

    customer.describe(replace(customer.details, addresses=(third, new_home)))

    assert customer.details.addresses == (new_home, work, third)


def test_addresses_do_not_pile_up_beyond_the_bound() -> None:
    customer = Customer.joined(a_customer(addresses=tuple(an_address() for _ in range(60))))
    before = deepcopy(customer)

    with pytest.raises(UnfitCustomer):
        customer.describe(
            replace(customer.details, addresses=tuple(an_address() for _ in range(60)))
        )

    assert customer == before


def test_no_more_are_described_at_a_time_than_one_transaction_should_write() -> None:
    require_few([a_customer() for _ in range(500)])

    with pytest.raises(UnfitCustomer, match="at most 500"):
        require_few([a_customer() for _ in range(501)])


def test_no_customer_is_described_twice_at_a_time() -> None:
    jane = a_customer()
    require_few([jane, a_customer()])

    with pytest.raises(UnfitCustomer, match="twice"):
        require_few([jane, a_customer(), jane])


def test_an_email_address_is_one_customers_in_any_case_of_its_letters() -> None:
    jane = Customer.joined(a_customer(email="Jane@Example.com"))
    twin = Customer.joined(a_customer(email="jane@EXAMPLE.com"))
    require_own_emails([jane], {"jane@example.com": jane.customer_id})

    with pytest.raises(EmailTaken) as refused:
        require_own_emails([twin], {"jane@example.com": jane.customer_id})
    with pytest.raises(EmailTaken):
        require_own_emails([jane, twin], {})

    assert refused.value.customer_id == jane.customer_id


def test_email_addresses_can_change_hands() -> None:
    jane = Customer.joined(a_customer(email="john@example.com"))
    john = Customer.joined(a_customer(email="jane@example.com"))
    owners = {"jane@example.com": jane.customer_id, "john@example.com": john.customer_id}

    require_own_emails([jane, john], owners)

    with pytest.raises(EmailTaken):
        require_own_emails([jane], owners)


def a_known_customer() -> Customer:
    return Customer.joined(a_full_customer())


def test_an_order_fills_in_what_was_not_known() -> None:
    customer = Customer.joined(a_customer())
    buyer = a_buyer(first_name="Jane", last_name="Doe", phone_number="+1 555 0100")

    customer.remember(buyer, HOME, "adr_1")

    assert customer.details == replace(
        customer.details,
        first_name="Jane",
        last_name="Doe",
        phone_number="+1 555 0100",
        addresses=(an_address(HOME, "adr_1"),),
    )


def test_an_order_does_not_rename_anybody() -> None:
    customer = a_known_customer()
    known = customer.details

    customer.remember(a_buyer(first_name="Eve", phone_number="666"), None, "adr_1")

    assert customer.details == known


def test_an_address_that_is_known_is_not_stored_again() -> None:
    customer = a_known_customer()
    known = customer.details.addresses

    customer.remember(a_buyer(), replace(HOME), "adr_1")
    customer.remember(a_buyer(), WORK, "adr_2")
    customer.remember(a_buyer(), WORK, "adr_3")

    assert customer.details.addresses == (*known, an_address(WORK, "adr_2"))


def test_consents_that_were_given_replace_earlier_ones_and_others_stay() -> None:
    customer = a_known_customer()

    customer.remember(a_buyer(consents=Consents(marketing=False)), None, "adr_1")

    assert customer.details.consents == Consents(
        analytics=True, preferences=False, marketing=False, sale_of_data=False
    )


@pytest.mark.parametrize(
    "nowhere",
    [
        Address(),
        Address(address_country="US", postal_code=" "),
        Address(street_address="x" * 201),
        Address(street_address="\x00"),
    ],
)
def test_what_cannot_be_kept_is_left_out(nowhere: Address) -> None:
    customer = Customer.joined(a_customer())
    known = customer.details

    customer.remember(a_buyer(first_name=" ", phone_number="1" * 65), nowhere, "adr_1")

    assert customer.details == known


def test_orders_do_not_pile_up_addresses_beyond_the_bound() -> None:
    customer = Customer.joined(a_customer(customer_id=CustomerId("jane")))

    for number in range(102):
        customer.remember(a_buyer(), Address(street_address=f"Street {number}"), f"adr_{number}")

    assert len(customer.details.addresses) == 100
