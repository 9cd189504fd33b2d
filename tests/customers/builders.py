"""Buyers, for tests."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from domain.contracts.customers import CustomerDetails, StoredAddress
from domain.contracts.ordering import Buyer, OrderPlaced
from domain.shared.values import (
    Address,
    AttemptId,
    CheckoutId,
    Consents,
    CustomerId,
    Money,
    OrderId,
)

HOME = Address(street_address="123 Main St", address_locality="Springfield", address_country="US")
WORK = Address(street_address="456 Oak Ave", address_locality="Metropolis", address_country="US")


def an_email(name: str = "Jane") -> str:
    """One that no other test has."""
    return f"{name}.{uuid4().hex}@Example.com"


def an_address(address: Address = HOME, address_id: str | None = None) -> StoredAddress:
    return StoredAddress(address_id=address_id or f"adr_{uuid4().hex}", address=address)


def a_customer(**details: Any) -> CustomerDetails:
    plain = CustomerDetails(customer_id=CustomerId(f"customer_{uuid4().hex}"), email=an_email())
    return replace(plain, **details)


def a_full_customer() -> CustomerDetails:
    """Every part of it filled, and nothing in the order of the alphabet."""
    everything = Address(
        first_name="Zoë",
        last_name="Müller",
        street_address="Kai 1",
        extended_address="c/o Büro",
        address_locality="Bremen",
        address_region="HB",
        address_country="DE",
        postal_code="28195",
        phone_number="+49 421 1",
    )
    return a_customer(
        first_name="Jane",
        last_name="Doe",
        phone_number="+1 555 0100",
        addresses=(an_address(everything, "z"), an_address(HOME, "a")),
        consents=Consents(analytics=True, preferences=False, marketing=True, sale_of_data=False),
    )


def a_buyer(**details: Any) -> Buyer:
    return replace(Buyer(email=an_email()), **details)


def an_order(buyer: Buyer | None, destination: Address | None = HOME) -> OrderPlaced:
    return OrderPlaced(
        order_id=OrderId(uuid4()),
        checkout_id=CheckoutId(uuid4()),
        attempt_id=AttemptId(uuid4()),
        client="platform:test",
        total=Money(3500, "USD"),
        lines=(),
        buyer=buyer,
        destination=destination,
    )
