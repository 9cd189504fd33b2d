from dataclasses import dataclass

from domain.contracts.customers import CustomerPage, KeptCustomer, ListCustomers, UnknownCursor
from domain.customers.customer import Customer
from domain.customers.fitness import is_name
from domain.customers.ports import Begin, Customers
from domain.shared.emails import is_email, known_as
from domain.shared.pages import bounded, cut


@dataclass(frozen=True)
class ListCustomersHandler:
    begin: Begin

    async def __call__(self, message: ListCustomers, /) -> CustomerPage:
        if message.after is not None and not is_name(message.after):
            raise UnknownCursor(message.after)
        most = bounded(message.most)
        async with self.begin() as kept:
            found = await _found(kept, message, most + 1)
        page, has_more = cut(found, most)
        return CustomerPage(
            items=tuple(KeptCustomer(details=one.details, version=one.version) for one in page),
            next=page[-1].customer_id if has_more else None,
        )


async def _found(kept: Customers, message: ListCustomers, most: int) -> list[Customer]:
    if message.email is None:
        return await kept.page(message.after, most)
    if not is_email(message.email.strip()):
        return []
    found = await kept.find_by_email(known_as(message.email))
    return [found] if found and found.customer_id > (message.after or "") else []
