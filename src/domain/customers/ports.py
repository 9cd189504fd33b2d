"""What the customers model needs from the world."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from domain.customers.customer import Customer
from domain.shared.values import CustomerId


class Customers(Protocol):
    """All customers, as if they were in memory."""

    async def find(self, customer_ids: Sequence[CustomerId]) -> dict[CustomerId, Customer]:
        """Those of these customers that there are, by their ids."""
        ...

    async def find_owners(self, email_keys: Sequence[str]) -> dict[str, CustomerId]:
        """Whose these e-mail addresses are, by the form in which they are compared."""
        ...

    async def find_by_email(self, email_key: str) -> Customer | None:
        """Whoever has this e-mail address, in the form in which they are compared."""
        ...

    async def get(self, customer_id: CustomerId) -> Customer:
        """Refuses with `UnknownCustomer`."""
        ...

    async def page(self, after: str | None, most: int) -> list[Customer]:
        """The first behind an id, or of all, in the order of their ids."""
        ...

    async def remove(self, customer: Customer) -> None:
        """Keep nothing of it but its events, and send those. Raises `Conflict` if it is stale."""
        ...

    async def save(self, customers: Sequence[Customer]) -> None:
        """Store what changed and send the events with it, all together.

        Raises `Conflict` if one is stale or an e-mail address is taken. What has not changed is not
        stored, and keeps its version.
        """
        ...


Begin = Callable[[], AbstractAsyncContextManager[Customers]]
"""Open a transaction: it commits when the block ends, and rolls back when it raises."""
