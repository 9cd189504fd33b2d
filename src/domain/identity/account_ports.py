"""What accounts need kept, and who carries their mail."""

from collections.abc import Collection
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.contracts.identity import AccountId, SessionId
from domain.identity.account import Account
from domain.identity.mail import Waiting
from domain.identity.session import Session
from domain.identity.tries import Tries
from domain.shared.values import CustomerId


class Accounts(Protocol):
    async def get(self, account_id: AccountId) -> Account:
        """Refuses with `UnknownAccount`."""
        ...

    async def find(self, account_id: AccountId) -> Account | None: ...

    async def find_by_email(self, kind: str, email_key: str) -> Account | None:
        """By the form in which e-mail addresses are compared."""
        ...

    async def find_by_customer(self, customer_id: CustomerId) -> list[Account]: ...

    async def page_of_staff(self, after: UUID | None, most: int) -> list[Account]:
        """In the order in which they came."""
        ...

    async def lock_owners(self) -> set[AccountId]:
        """Who can let others in; until the transaction ends, that cannot be changed by others."""
        ...

    async def save(self, account: Account) -> None:
        """What is new, or has changed, and its events. Raises `Conflict` if another was first, and
        where another account of its kind has its e-mail address.
        """
        ...

    async def remove(self, account: Account) -> None:
        """With its sessions, tickets and mail. Its last events are told."""
        ...


class Sessions(Protocol):
    async def add(self, session: Session, token_digest: str) -> None: ...

    async def find(self, token_digest: str) -> Session | None: ...

    async def note_use(self, session: Session) -> None:
        """Of one that has ended meanwhile, nothing is noted."""
        ...

    async def of_account(self, account_id: AccountId, now: datetime, most: int) -> list[Session]:
        """Those that are not over, newest first."""
        ...

    async def end(
        self,
        account_id: AccountId,
        *,
        only: SessionId | None = None,
        but: SessionId | None = None,
    ) -> int:
        """All of an account, only one, or all but one; how many there were."""
        ...


class Tickets(Protocol):
    async def make(
        self, ticket_digest: str, purpose: str, account_id: AccountId, expires_at: datetime
    ) -> None:
        """The one before, of the same purpose and account, is good for nothing from then on."""
        ...

    async def find(
        self, ticket_digest: str, purposes: Collection[str], now: datetime
    ) -> AccountId | None:
        """Whose a ticket is that is good."""
        ...

    async def use(self, ticket_digest: str) -> bool:
        """Whether it had not been used before: of two at once, one is told so."""
        ...

    async def void(self, account_id: AccountId) -> None:
        """All of an account."""
        ...


class Mail(Protocol):
    async def ask(self, purpose: str, account_id: AccountId, now: datetime) -> None:
        """One of each purpose waits for an account. One that is just being sent is sent again."""
        ...

    async def due(self, now: datetime, most: int) -> list[Waiting]: ...

    async def begin(self, waiting: Waiting, next_try_at: datetime) -> bool:
        """Whether it is ours to try now: of two at once, one is told so."""
        ...

    async def end(self, waiting: Waiting, next_try_at: datetime) -> None:
        """It waits no more, unless it was asked for again since it was begun."""
        ...


class Tried(Protocol):
    async def take(self, subject: str, now: datetime) -> Tries:
        """What was tried, of an account or from a place; nobody else can take it until the
        transaction ends. Where nothing is remembered, nothing was tried.
        """
        ...

    async def is_kept(self, subject: str, now: datetime) -> bool: ...

    async def put(self, subject: str, tries: Tries, expires_at: datetime) -> None: ...

    async def forget(self, subject: str) -> None: ...


class Passwords(Protocol):
    """Passwords can be guessed, so they are hashed slowly (argon2id), away from the event loop."""

    def in_line(self) -> AbstractContextManager[None]:
        """A place among those who have something hashed. Raises `Conflict` where too many wait:
        then nothing was done yet, and it is to be asked again later.
        """
        ...

    async def hashed(self, password: str) -> str: ...

    async def is_it(self, password: str, known: str | None) -> bool:
        """It takes the same time where there is none to compare it with."""
        ...

    def is_outdated(self, known: str) -> bool:
        """Whether this hash was made as it would no longer be made."""
        ...
