"""Who buys: an e-mail address, a name, the places goods were sent to, and what was agreed to."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from domain.contracts.customers import (
    MOST_ADDRESSES,
    CustomerChanged,
    CustomerDetails,
    CustomerErased,
    CustomerExists,
    CustomerJoined,
    EmailTaken,
    StoredAddress,
    UnfitCustomer,
)
from domain.contracts.ordering import Buyer
from domain.customers.fitness import PHONE_LENGTH, TITLE_LENGTH, complaints, is_address
from domain.shared.emails import is_fit, known_as
from domain.shared.model import Aggregate
from domain.shared.values import Address, Consents, CustomerId

MOST_CUSTOMERS = 500


@dataclass
class Customer(Aggregate):
    """Whoever has this e-mail address: no two customers share one, in any case of its letters."""

    details: CustomerDetails

    @property
    def customer_id(self) -> CustomerId:
        return self.details.customer_id

    @property
    def email_key(self) -> str:
        """The e-mail address as it is compared."""
        return known_as(self.details.email)

    @classmethod
    def joined(cls, details: CustomerDetails) -> "Customer":
        """A new customer. Refuses with `UnfitCustomer`."""
        customer = cls(details)
        customer._require_fit(details)
        customer.record(CustomerJoined(customer_id=details.customer_id))
        return customer

    def describe(self, details: CustomerDetails) -> None:
        """Put this in place of what is known, but keep addresses that it does not name.

        Refuses with `UnfitCustomer`.
        """
        self._require_fit(details)
        by_id = {one.address_id: one for one in (*self.details.addresses, *details.addresses)}
        described = replace(details, addresses=tuple(by_id.values()))
        self._require_fit(described)
        self.details = described

    def revise(self, details: CustomerDetails, version: int | None) -> None:
        """Put this in place of all that is known; saying what is known already changes nothing.

        Refuses with `UnfitCustomer`, or with `CustomerChanged` unless this is the version that was
        seen, or any will do.
        """
        self._require_fit(details)
        if details.customer_id != self.customer_id:
            raise UnfitCustomer(self.customer_id, "the id stays")
        if details == self.details:
            return
        if version not in (None, self.version):
            raise CustomerChanged(self.customer_id, self.version)
        self.details = details

    def erase(self) -> None:
        """To be forgotten: what is told of it is an id that nobody has any more."""
        self.record(CustomerErased(customer_id=self.customer_id))

    def remember(self, buyer: Buyer, destination: Address | None, address_id: str) -> None:
        """Learn from an order; learning the same again changes nothing.

        Names are only filled in: who knows an e-mail address is not yet who it belongs to. Consents
        that were given replace earlier ones. What cannot be kept is left out, without a refusal.
        """
        known = self.details
        self.details = replace(
            known,
            first_name=known.first_name or _kept(buyer.first_name, TITLE_LENGTH),
            last_name=known.last_name or _kept(buyer.last_name, TITLE_LENGTH),
            phone_number=known.phone_number or _kept(buyer.phone_number, PHONE_LENGTH),
            addresses=_with(known.addresses, destination, address_id),
            consents=_given(known.consents, buyer.consents),
        )

    def _require_fit(self, details: CustomerDetails) -> None:
        for complaint in complaints(details):
            raise UnfitCustomer(details.customer_id, complaint)


def require_few(details: Sequence[CustomerDetails]) -> None:
    """No more at a time than one transaction should write, and none of them twice."""
    seen: set[CustomerId] = set()
    for number, one in enumerate(details):
        if number == MOST_CUSTOMERS:
            raise UnfitCustomer(one.customer_id, f"at most {MOST_CUSTOMERS} at a time")
        if one.customer_id in seen:
            raise UnfitCustomer(one.customer_id, "it is described twice")
        seen.add(one.customer_id)


def require_own_emails(customers: Sequence[Customer], owners: Mapping[str, CustomerId]) -> None:
    """No two share an e-mail address. `owners` says whose those are that are known already.

    One that its owner gives up at the same time is free. Refuses with `EmailTaken`.
    """
    described = {customer.customer_id for customer in customers}
    taken = {key: owner for key, owner in owners.items() if owner not in described}
    for customer in customers:
        owner = taken.setdefault(customer.email_key, customer.customer_id)
        if owner != customer.customer_id:
            raise EmailTaken(owner)


def require_new(customer: Customer, known: Container[CustomerId]) -> None:
    """Refuses with `CustomerExists`."""
    if customer.customer_id in known:
        raise CustomerExists(customer.customer_id)


def with_ids(
    details: CustomerDetails,
    make_id: Callable[[str], str],
    known: CustomerDetails | None = None,
) -> CustomerDetails:
    """With an id for the customer and for each address that has none: the one that it is known by,
    so that saying the same again says nothing new, or a new one.
    """
    named = {one.address_id for one in details.addresses}
    unnamed = [one for one in known.addresses if one.address_id not in named] if known else []
    by_address = {one.address: one.address_id for one in unnamed}
    known_id = known.customer_id if known else None
    return replace(
        details,
        customer_id=details.customer_id or known_id or CustomerId(make_id("cus")),
        addresses=tuple(
            one
            if one.address_id
            else replace(one, address_id=by_address.pop(one.address, "") or make_id("adr"))
            for one in details.addresses
        ),
    )


def _kept(text: str | None, length: int) -> str | None:
    return text if text and is_fit(text, length) else None


def _with(
    known: tuple[StoredAddress, ...], address: Address | None, address_id: str
) -> tuple[StoredAddress, ...]:
    if (
        not address
        or not is_address(address)
        or any(one.address == address for one in known)
        or len(known) >= MOST_ADDRESSES
    ):
        return known
    return (*known, StoredAddress(address_id=address_id, address=address))


def _given(known: Consents, given: Consents | None) -> Consents:
    answers = asdict(given) if given else {}
    return replace(known, **{name: said for name, said in answers.items() if said is not None})
