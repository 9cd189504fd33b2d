from dataclasses import dataclass

from app.identity.ending import close
from domain.contracts.customers import CustomerErased
from domain.identity.ports import Book
from domain.shared.clock import Clock


@dataclass(frozen=True)
class CloseErased:
    """Whoever is forgotten as a customer has no account any more."""

    clock: Clock

    async def __call__(self, book: Book, erased: CustomerErased, /) -> None:
        for account in await book.accounts.find_by_customer(erased.customer_id):
            await close(book, account, self.clock())
