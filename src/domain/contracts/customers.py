"""The customers context as all others see it: who buys, where they live, what they agreed to."""

from dataclasses import dataclass
from typing import Protocol

from domain.shared.model import Event, NotFound, Refusal, Stale, Unfit
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
class KeptCustomer:
    """`version` is raised by each change."""

    details: CustomerDetails
    version: int


@dataclass(frozen=True, kw_only=True)
class CreateCustomer:
    """An empty id, of the customer or of an address, stands for one that is to be made."""

    details: CustomerDetails


@dataclass(frozen=True, kw_only=True)
class GetCustomer:
    customer_id: CustomerId


@dataclass(frozen=True, kw_only=True)
class ListCustomers:
    """The first customers behind `after` (the `next` of the page before), 100 at the most; with an
    e-mail address, only whoever has it.
    """

    after: str | None = None
    most: int = 20
    email: str | None = None


@dataclass(frozen=True, kw_only=True)
class CustomerPage:
    """`next` is where the next page begins; there is none on the last."""

    items: tuple[KeptCustomer, ...]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class UpdateCustomer:
    """`version` is the one that was read; without it, whatever stands is changed. An empty id
    stands for the one that it has already, or else, of an address, for one that is to be made.
    """

    customer_id: CustomerId
    details: CustomerDetails
    version: int | None


@dataclass(frozen=True, kw_only=True)
class EraseCustomer:
    customer_id: CustomerId


@dataclass(frozen=True, kw_only=True)
class Erased:
    customer_id: CustomerId


@dataclass(frozen=True, kw_only=True)
class CustomerErased(Event, name="customers.customer_erased.v1"):
    """Whoever keeps something about this customer may keep it no longer."""

    customer_id: CustomerId


@dataclass(frozen=True, kw_only=True)
class CustomerJoined(Event, name="customers.customer_joined.v1"):
    customer_id: CustomerId


@dataclass(eq=False)
class EmailTaken(Refusal):
    """Another customer has this e-mail address."""

    customer_id: CustomerId


@dataclass(eq=False)
class UnknownCustomer(NotFound):
    customer_id: CustomerId


@dataclass(eq=False)
class CustomerExists(Refusal):
    """There is a customer of this id already."""

    customer_id: CustomerId


@dataclass(eq=False)
class CustomerChanged(Stale):
    """The customer is at this version now."""

    customer_id: CustomerId
    version: int


@dataclass(eq=False)
class UnknownCursor(Unfit):
    """No page ended with this."""

    after: str


@dataclass(eq=False)
class UnfitCustomer(Unfit):
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

    async def create_customer(self, message: CreateCustomer, /) -> KeptCustomer:
        """Have a customer that there was not.

        Refuses with `UnfitCustomer`, `CustomerExists` or `EmailTaken`.
        """
        ...

    async def get_customer(self, message: GetCustomer, /) -> KeptCustomer:
        """Refuses with `UnknownCustomer`."""
        ...

    async def list_customers(self, message: ListCustomers, /) -> CustomerPage:
        """In the order of their ids: who is there all the while is listed once.

        Refuses with `UnknownCursor`.
        """
        ...

    async def update_customer(self, message: UpdateCustomer, /) -> KeptCustomer:
        """Put this in the place of all that is known: an address that is not named is forgotten.

        Saying what is known already changes nothing and is no refusal, whatever the version.
        Refuses with `UnfitCustomer`, `UnknownCustomer`, `CustomerChanged` or `EmailTaken`.
        """
        ...

    async def erase_customer(self, message: EraseCustomer, /) -> Erased:
        """Forget who this is, whatever the version: no row of it stays, but events that say its id.

        Orders, and the events that tell of them, keep their own copy of who bought, as the books
        must. Whoever orders again, or whose order is only now heard of here, is a new customer
        under a new id. Refuses with `UnknownCustomer`, also when asked again.
        """
        ...
