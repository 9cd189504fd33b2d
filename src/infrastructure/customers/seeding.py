"""Whoever bought in sales that are long finished."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.customers import CustomerDetails, StoredAddress
from domain.customers.customer import Customer
from domain.shared.values import CustomerId
from infrastructure.customers.customer_rows import address_rows, customer_row
from infrastructure.customers.tables import addresses, customers
from infrastructure.shared.sales import Person, Sale
from infrastructure.shared.seeding import missing, pour


async def write(connection: AsyncConnection, sales: Sequence[Sale]) -> None:
    people = {sale.person.customer_id: sale.person for sale in sales}
    new = await missing(connection, customers.c.customer_id, people)
    joined = [_customer(person) for person in new]
    await pour(connection, customers, (customer_row(one, version=1) for one in joined))
    await pour(connection, addresses, (row for one in joined for row in address_rows(one)))


def _customer(person: Person) -> Customer:
    buyer = person.buyer
    home = StoredAddress(address_id=f"{person.customer_id}-home", address=person.address)
    details = CustomerDetails(
        customer_id=CustomerId(person.customer_id),
        email=buyer.email or "",
        first_name=buyer.first_name,
        last_name=buyer.last_name,
        addresses=(home,),
    )
    return Customer.joined(details)
