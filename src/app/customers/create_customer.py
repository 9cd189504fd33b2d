from dataclasses import dataclass

from domain.contracts.customers import CreateCustomer, KeptCustomer
from domain.customers.customer import Customer, require_new, require_own_emails, with_ids
from domain.customers.ports import Begin
from domain.shared.clock import Clock
from domain.shared.ids import public, uuid7


@dataclass(frozen=True)
class CreateCustomerHandler:
    begin: Begin
    clock: Clock

    async def __call__(self, message: CreateCustomer, /) -> KeptCustomer:
        new = Customer.joined(with_ids(message.details, self._make_id))
        async with self.begin() as kept:
            require_new(new, await kept.find([new.customer_id]))
            require_own_emails([new], await kept.find_owners([new.email_key]))
            await kept.save([new])
        return KeptCustomer(details=new.details, version=new.version)

    def _make_id(self, kind: str) -> str:
        return public(kind, uuid7(self.clock()))
