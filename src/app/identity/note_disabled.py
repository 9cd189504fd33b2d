from dataclasses import dataclass

from domain.contracts.notifications import SubscriptionDisabled
from domain.identity.ports import Book
from domain.shared.ids import public

DEED = "subscription_disabled"


@dataclass(frozen=True)
class NoteDisabled:
    """That a merchant's system is told nothing more is in the audit log, whoever decided so."""

    async def __call__(self, book: Book, disabled: SubscriptionDisabled, /) -> None:
        name = public("sub", disabled.subscription_id)
        await book.audit.write(DEED, name, detail=disabled.reason)
