from dataclasses import dataclass

from domain.contracts.customers import CustomersPut, PutCustomers
from domain.customers.customer import Customer, require_few, require_own_emails
from domain.customers.ports import Begin


@dataclass(frozen=True)
class PutCustomersHandler:
    begin: Begin

    async def __call__(self, message: PutCustomers, /) -> CustomersPut:
        require_few(message.customers)
        new = [Customer.joined(details) for details in message.customers]
        async with self.begin() as kept:
            known = await kept.find([customer.customer_id for customer in new])
            customers = [known.get(customer.customer_id, customer) for customer in new]
            for customer, details in zip(customers, message.customers, strict=True):
                customer.describe(details)
            emails = [customer.email_key for customer in customers]
            require_own_emails(customers, await kept.find_owners(emails))
            await kept.save(customers)
        return CustomersPut(customers=len(customers))
