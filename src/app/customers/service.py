from dataclasses import dataclass

from app.customers.create_customer import CreateCustomerHandler
from app.customers.erase_customer import EraseCustomerHandler
from app.customers.find_customer import FindCustomerHandler
from app.customers.get_customer import GetCustomerHandler
from app.customers.list_customers import ListCustomersHandler
from app.customers.put_customers import PutCustomersHandler
from app.customers.update_customer import UpdateCustomerHandler


@dataclass(frozen=True)
class CustomersService:
    """The `Customers` contract, kept here in this process: one handler for each call."""

    put_customers: PutCustomersHandler
    find_customer: FindCustomerHandler
    create_customer: CreateCustomerHandler
    get_customer: GetCustomerHandler
    list_customers: ListCustomersHandler
    update_customer: UpdateCustomerHandler
    erase_customer: EraseCustomerHandler
