from dataclasses import dataclass

from domain.contracts.customers import (
    CreateCustomer,
    CustomerDetails,
    Customers,
    EmailTaken,
    FindCustomer,
)
from domain.contracts.identity import BUYER
from domain.identity.account import Account
from domain.shared.values import CustomerId


@dataclass(frozen=True)
class CustomerOf:
    """Who a buyer is: the customer with the same e-mail address, who is made where there is none."""

    customers: Customers

    async def __call__(self, account: Account) -> CustomerId | None:
        """Nobody, of staff. Asked again, it is the same customer."""
        if account.kind != BUYER or account.customer_id:
            return account.customer_id
        found = await self.customers.find_customer(FindCustomer(email=account.email))
        if found.customer:
            return found.customer.customer_id
        new = CustomerDetails(customer_id=CustomerId(""), email=account.email)
        try:
            created = await self.customers.create_customer(CreateCustomer(details=new))
        except EmailTaken as meanwhile:
            return meanwhile.customer_id
        return created.details.customer_id
