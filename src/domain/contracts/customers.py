"""The customers context as all others see it: who buys, where they live, what they agreed to."""

from dataclasses import dataclass
from typing import Protocol

from domain.shared.model import Event, Refusal
from domain.shared.values import Address, Consents, CustomerId

NOT_ASKED = Consents()
MOST_ADDRESSES = 100
"""Of one customer."""


@dataclass(frozen=True, kw_only=True)
class StoredAddress:
    address_id: str
    address: Address


@dataclass(frozen=True, kw_only=True)
class CustomerDetails:
    customer_id: CustomerId
    email: str
    first_name: str | None = None
    last_name: str | None = None
    phone_number: str | None = None
    addresses: tuple[StoredAddress, ...] = ()
    consents: Consents = NOT_ASKED


@dataclass(frozen=True, kw_only=True)
class PutCustomers:
    customers: tuple[CustomerDetails, ...]


@dataclass(frozen=True, kw_only=True)
class CustomersPut:
    customers: int


@dataclass(frozen=True, kw_only=True)
class FindCustomer:
    email: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """The customer, if there is one."""

    customer: CustomerDetails | None


@dataclass(frozen=True, kw_only=True)
class CustomerJoined(Event, name="customers.customer_joined.v1"):
    customer_id: CustomerId


@dataclass(eq=False)
class EmailTaken(Refusal):
    """Another customer has this e-mail address."""

    customer_id: CustomerId


@dataclass(eq=False)
class UnfitCustomer(Refusal):
    customer_id: CustomerId
    because: str


class Customers(Protocol):
    async def put_customers(self, message: PutCustomers, /) -> CustomersPut:
        """Describe these customers anew, all or none; putting the same again changes nothing.

        An address that is not named is kept; one that is named replaces the one of its id. At most
        500 at a time. Refuses with `EmailTaken` or `UnfitCustomer`.
        """
        ...

    async def find_customer(self, message: FindCustomer, /) -> Found:
        """Whose e-mail address this is, in any case of its letters. Never refuses."""
        ...
