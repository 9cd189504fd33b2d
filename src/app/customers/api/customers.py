from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Response

from app.customers.api.bodies import (
    CustomerBody,
    KeptCustomerBody,
    shown,
    told,
)
from app.edge.desk import After, IfMatch, Most, Page, etag, staff
from domain.contracts.customers import (
    CreateCustomer,
    CustomerChanged,
    CustomerExists,
    Customers,
    EmailTaken,
    EraseCustomer,
    GetCustomer,
    ListCustomers,
    UnfitCustomer,
    UnknownCursor,
    UnknownCustomer,
    UpdateCustomer,
)
from domain.shared.values import CustomerId

ALL, ONE = "/customers", "/customers/{customer_id:path}"
CREATED = staff(
    "create_customer",
    "customers:write",
    UnfitCustomer,
    CustomerExists,
    EmailTaken,
    status=201,
    tagged=True,
)
UPDATED = staff(
    "update_customer",
    "customers:write",
    UnfitCustomer,
    UnknownCustomer,
    CustomerChanged,
    EmailTaken,
    tagged=True,
)
Email = Annotated[str | None, Query(max_length=320, description="Only whoever has this address.")]


def add_customers(routes: APIRouter, customers: Customers) -> None:
    @routes.get(ALL, **staff("list_customers", "customers:read", UnknownCursor))
    async def list_customers(
        after: After = None, limit: Most = 20, email: Email = None
    ) -> Page[KeptCustomerBody]:
        """Customers; or whoever has an e-mail address, in any case of its letters."""
        wanted = ListCustomers(after=after, most=limit, email=email)
        listed = await customers.list_customers(wanted)
        return Page(items=tuple(map(shown, listed.items)), next=listed.next)

    @routes.post(ALL, **CREATED)
    async def create_customer(body: CustomerBody, response: Response) -> KeptCustomerBody:
        """Have a customer. No two have the same e-mail address."""
        kept = await customers.create_customer(CreateCustomer(details=told(body)))
        where = quote(kept.details.customer_id, safe="")
        response.headers["location"] = f"/v1/customers/{where}"
        response.headers["etag"] = etag(kept.version)
        return shown(kept)

    @routes.get(ONE, **staff("get_customer", "customers:read", UnknownCustomer, tagged=True))
    async def get_customer(customer_id: str, response: Response) -> KeptCustomerBody:
        """One customer, with addresses; the version is in the `ETag`."""
        kept = await customers.get_customer(GetCustomer(customer_id=CustomerId(customer_id)))
        response.headers["etag"] = etag(kept.version)
        return shown(kept)

    @routes.put(ONE, **UPDATED)
    async def update_customer(
        customer_id: str, body: CustomerBody, version: IfMatch, response: Response
    ) -> KeptCustomerBody:
        """Put this in place of all that is known. The same edit again changes nothing."""
        wanted = UpdateCustomer(
            customer_id=CustomerId(customer_id), details=told(body), version=version
        )
        kept = await customers.update_customer(wanted)
        response.headers["etag"] = etag(kept.version)
        return shown(kept)

    @routes.delete(ONE, **staff("erase_customer", "customers:write", UnknownCustomer, status=204))
    async def erase_customer(customer_id: str) -> None:
        """Forget who this is, whatever the version. Orders keep their own copy of who bought;
        whoever orders again is a new customer.
        """
        await customers.erase_customer(EraseCustomer(customer_id=CustomerId(customer_id)))
