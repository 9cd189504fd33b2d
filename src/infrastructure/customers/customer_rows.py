"""A customer as rows, and rows as customers."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from itertools import groupby
from typing import Any

from sqlalchemy import RowMapping

from domain.contracts.customers import CustomerDetails, StoredAddress
from domain.customers.customer import Customer
from domain.shared.values import Address, Consents

ADDRESS = tuple(field.name for field in fields(Address))
CONSENTS = tuple(field.name for field in fields(Consents))


def customer_row(customer: Customer, version: int) -> dict[str, Any]:
    details = customer.details
    return {
        "customer_id": details.customer_id,
        "email": details.email,
        "email_key": customer.email_key,
        "first_name": details.first_name,
        "last_name": details.last_name,
        "phone_number": details.phone_number,
        **asdict(details.consents),
        "version": version,
        "events_recorded": customer.events_recorded,
    }


def address_rows(customer: Customer) -> list[dict[str, Any]]:
    return [
        {
            "customer_id": customer.customer_id,
            "address_id": stored.address_id,
            "number": number,
            **asdict(stored.address),
        }
        for number, stored in enumerate(customer.details.addresses)
    ]


def customers_of(rows: Sequence[RowMapping]) -> list[Customer]:
    """The customers whose rows these are: one for each address, together and in order."""
    return [_customer(list(its)) for _, its in groupby(rows, lambda row: row["customer_id"])]


def _customer(rows: list[RowMapping]) -> Customer:
    first = rows[0]
    details = CustomerDetails(
        customer_id=first["customer_id"],
        email=first["email"],
        first_name=first["first_name"],
        last_name=first["last_name"],
        phone_number=first["phone_number"],
        addresses=tuple(_stored(row) for row in rows if row["address_id"] is not None),
        consents=Consents(**{name: first[name] for name in CONSENTS}),
    )
    return Customer(details, version=first["version"], events_recorded=first["events_recorded"])


def _stored(row: RowMapping) -> StoredAddress:
    address = Address(**{name: row[f"address.{name}"] for name in ADDRESS})
    return StoredAddress(address_id=row["address_id"], address=address)
