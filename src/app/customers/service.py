from dataclasses import dataclass

from app.customers.find_customer import FindCustomerHandler
from app.customers.put_customers import PutCustomersHandler


@dataclass(frozen=True)
class CustomersService:
    """The `Customers` contract, kept here in this process: one handler for each call."""

    put_customers: PutCustomersHandler
    find_customer: FindCustomerHandler
