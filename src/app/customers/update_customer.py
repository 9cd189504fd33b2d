from dataclasses import dataclass

from domain.contracts.customers import KeptCustomer, UpdateCustomer
from domain.customers.customer import require_own_emails, with_ids
from domain.customers.ports import Begin
from domain.shared.clock import Clock
from domain.shared.ids import public, uuid7


@dataclass(frozen=True)
class UpdateCustomerHandler:
    begin: Begin
    clock: Clock

    async def __call__(self, message: UpdateCustomer, /) -> KeptCustomer:
        async with self.begin() as kept:
            customer = await kept.get(message.customer_id)
            details = with_ids(message.details, self._make_id, customer.details)
            customer.revise(details, message.version)
            require_own_emails([customer], await kept.find_owners([customer.email_key]))
            await kept.save([customer])
        return KeptCustomer(details=customer.details, version=customer.version)

    def _make_id(self, kind: str) -> str:
        return public(kind, uuid7(self.clock()))
