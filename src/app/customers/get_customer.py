from dataclasses import dataclass

from domain.contracts.customers import GetCustomer, KeptCustomer
from domain.customers.ports import Begin


@dataclass(frozen=True)
class GetCustomerHandler:
    begin: Begin

    async def __call__(self, message: GetCustomer, /) -> KeptCustomer:
        async with self.begin() as kept:
            found = await kept.get(message.customer_id)
        return KeptCustomer(details=found.details, version=found.version)
