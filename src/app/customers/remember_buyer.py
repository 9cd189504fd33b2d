from dataclasses import dataclass

from domain.contracts.customers import CustomerDetails
from domain.contracts.ordering import OrderPlaced
from domain.customers.customer import Customer
from domain.customers.ports import Customers
from domain.shared.clock import Clock
from domain.shared.emails import is_email, known_as
from domain.shared.ids import public, uuid7
from domain.shared.values import CustomerId


@dataclass(frozen=True)
class RememberBuyer:
    """Who ordered under an e-mail address is a customer, known better with each order.

    Whoever was erased, and orders again, is a new one: nothing is left to know them by.
    """

    clock: Clock

    async def __call__(self, customers: Customers, placed: OrderPlaced, /) -> None:
        buyer = placed.buyer
        if not buyer or not buyer.email or not is_email(email := buyer.email.strip()):
            return
        customer = await customers.find_by_email(known_as(email)) or self._new(email)
        address_id = public("adr", uuid7(self.clock()))
        customer.remember(buyer, placed.destination, address_id)
        await customers.save([customer])

    def _new(self, email: str) -> Customer:
        customer_id = CustomerId(public("cus", uuid7(self.clock())))
        return Customer.joined(CustomerDetails(customer_id=customer_id, email=email))
