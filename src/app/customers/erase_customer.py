from dataclasses import dataclass

from domain.contracts.customers import EraseCustomer, Erased
from domain.customers.ports import Begin


@dataclass(frozen=True)
class EraseCustomerHandler:
    begin: Begin

    async def __call__(self, message: EraseCustomer, /) -> Erased:
        async with self.begin() as kept:
            customer = await kept.get(message.customer_id)
            customer.erase()
            await kept.remove(customer)
        return Erased(customer_id=message.customer_id)
