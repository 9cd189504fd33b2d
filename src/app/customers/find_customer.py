from dataclasses import dataclass

from domain.contracts.customers import FindCustomer, Found
from domain.customers.ports import Begin
from domain.shared.emails import is_email, known_as


@dataclass(frozen=True)
class FindCustomerHandler:
    begin: Begin

    async def __call__(self, message: FindCustomer, /) -> Found:
        if not is_email(message.email.strip()):
            return Found(customer=None)
        async with self.begin() as customers:
            found = await customers.find_by_email(known_as(message.email))
        return Found(customer=found.details if found else None)
