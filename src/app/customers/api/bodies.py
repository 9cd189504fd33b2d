"""Customers as staff and back-office systems write and read them."""

from pydantic import ConfigDict, JsonValue

from app.edge.desk import Body, YesNo
from domain.contracts.customers import CustomerDetails, KeptCustomer, StoredAddress
from domain.shared.values import Address, Consents, CustomerId

JANE: dict[str, JsonValue] = {
    "email": "jane@example.com",
    "first_name": "Jane",
    "last_name": "Doe",
    "phone_number": "+1 555 0100",
    "addresses": [
        {
            "street_address": "123 Main St",
            "address_locality": "Springfield",
            "address_region": "IL",
            "postal_code": "62704",
            "address_country": "US",
        }
    ],
    "consents": {"marketing": False},
}


KEPT: dict[str, JsonValue] = {
    **JANE,
    "id": "cus_0198c1f2a3b47c5d8e9f0a1b2c3d4e5f",
    "addresses": [{"id": "home", "street_address": "123 Main St", "address_country": "US"}],
    "version": 48151623,
}


class AddressBody(Body):
    """`id` is one that it has among those of its customer; without one, it is given one."""

    id: str = ""
    first_name: str | None = None
    last_name: str | None = None
    street_address: str | None = None
    extended_address: str | None = None
    address_locality: str | None = None
    address_region: str | None = None
    address_country: str | None = None
    postal_code: str | None = None
    phone_number: str | None = None


class ConsentsBody(Body):
    """What was said yes or no to. Not asked is not given."""

    analytics: YesNo | None = None
    preferences: YesNo | None = None
    marketing: YesNo | None = None
    sale_of_data: YesNo | None = None


class CustomerBody(Body):
    """All that is known of a customer: what is left out is forgotten. Without an `id`, a customer
    that is there keeps it, and a new one is given one.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [JANE]})

    id: str = ""
    email: str
    first_name: str | None = None
    last_name: str | None = None
    phone_number: str | None = None
    addresses: tuple[AddressBody, ...] = ()
    consents: ConsentsBody = ConsentsBody()


class KeptCustomerBody(CustomerBody):
    model_config = ConfigDict(json_schema_extra={"examples": [KEPT]})

    version: int


def told(body: CustomerBody) -> CustomerDetails:
    return CustomerDetails(
        customer_id=CustomerId(body.id),
        email=body.email,
        first_name=body.first_name,
        last_name=body.last_name,
        phone_number=body.phone_number,
        addresses=tuple(_stored(one) for one in body.addresses),
        consents=Consents(**dict(body.consents)),
    )


def shown(kept: KeptCustomer) -> KeptCustomerBody:
    details = kept.details
    return KeptCustomerBody(
        id=details.customer_id,
        email=details.email,
        first_name=details.first_name,
        last_name=details.last_name,
        phone_number=details.phone_number,
        addresses=tuple(
            AddressBody(id=one.address_id, **vars(one.address)) for one in details.addresses
        ),
        consents=ConsentsBody(**vars(details.consents)),
        version=kept.version,
    )


def _stored(body: AddressBody) -> StoredAddress:
    parts = dict(body)
    return StoredAddress(address_id=parts.pop("id"), address=Address(**parts))
