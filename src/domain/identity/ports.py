"""What the identity model needs from the world."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.contracts.identity import (
    AccountId,
    AuditEntry,
    ClientId,
    GrantId,
    KeyHolder,
    KeyId,
    LinkedClient,
)
from domain.identity.account_ports import Accounts, Mail, Sessions, Tickets, Tried
from domain.identity.api_key import ApiKey
from domain.identity.client import Client
from domain.identity.code import Code
from domain.identity.grant import Grant
from domain.identity.refresh_token import RefreshToken
from domain.identity.standing import AccountState, GrantState


class Audit(Protocol):
    """What was done. Entries are added, and never changed."""

    async def write(
        self, deed: str, subject: str, outcome: str = "done", *, source: str = "", detail: str = ""
    ) -> UUID:
        """In the name of whoever asks (the envelope's actor); which entry it is.

        What is longer than is kept is cut.
        """
        ...

    async def page(
        self,
        after: UUID | None,
        most: int,
        *,
        since: datetime | None = None,
        actor: str | None = None,
        subject: str | None = None,
    ) -> list[AuditEntry]:
        """Oldest first."""
        ...


class Clients(Protocol):
    async def get(self, client_id: ClientId) -> Client:
        """Refuses with `UnknownClient`."""
        ...

    async def find(self, client_id: ClientId) -> Client | None: ...

    async def page(self, after: str | None, most: int) -> list[Client]:
        """In the order of their ids."""
        ...

    async def of_profile(self, profile_url: str) -> list[Client]:
        """All that come with this very profile."""
        ...

    async def save(self, client: Client) -> None:
        """What is new, or has changed. Raises `Conflict` if another did the same first."""
        ...

    async def note(self, client_id: ClientId, name_digest: str, expires_at: datetime) -> bool:
        """Remember an assertion, and say whether it is new."""
        ...


class ApiKeys(Protocol):
    async def find(self, key_id: KeyId) -> ApiKey | None: ...

    async def find_by_digest(self, key_digest: str) -> ApiKey | None: ...

    async def find_holder(self, key_digest: str, now: datetime) -> tuple[KeyHolder, bool] | None:
        """Who has a key that is good now, and whether it was long ago that it was used."""
        ...

    async def note_use(self, key_id: KeyId, now: datetime) -> None: ...

    async def page(self, after: UUID | None, most: int) -> list[ApiKey]:
        """In the order in which they were made."""
        ...

    async def add(self, key: ApiKey) -> None:
        """Raises `Conflict` if it is there already."""
        ...

    async def end(self, key_id: KeyId, ended_at: datetime) -> bool:
        """Whether it had not ended before."""
        ...


class Codes(Protocol):
    async def add(self, code: Code) -> None: ...

    async def find(self, code_digest: str) -> Code | None: ...

    async def spend(self, code_digest: str, grant_id: GrantId) -> None:
        """Raises `Conflict` if another did so first, or it was voided."""
        ...

    async def void(self, account_id: AccountId) -> None:
        """All of an account that are not spent; one that is just being spent is waited for."""
        ...


class Grants(Protocol):
    async def find(self, grant_id: GrantId) -> Grant | None: ...

    async def add_own(self, some: Sequence[Grant]) -> frozenset[GrantId]:
        """Keep new ones that clients have of their own; which were, for their client may act still."""
        ...

    async def save(self, grant: Grant) -> None:
        """What is new, or has changed, and its events. Raises `Conflict` if another was first."""
        ...

    async def of_account(self, account_id: AccountId) -> list[Grant]:
        """Those that have not ended, to end them: without a bound."""
        ...

    async def linked(self, account_id: AccountId, now: datetime, most: int) -> list[LinkedClient]:
        """Those that are good, newest first."""
        ...

    async def find_state(self, grant_id: GrantId) -> GrantState | None:
        """A grant with what its client and its account are now."""
        ...

    async def find_account(self, account_id: AccountId) -> AccountState | None: ...


class RefreshTokens(Protocol):
    async def add(self, token_digest: str, grant_id: GrantId, issued_at: datetime) -> None: ...

    async def find(self, token_digest: str) -> RefreshToken | None:
        """With its grant."""
        ...

    async def spend(self, token_digest: str, spent_at: datetime) -> bool:
        """Whether it had not been spent before: of two at once, one is told so."""
        ...


class Book(Protocol):
    """All that identity keeps, in one transaction."""

    @property
    def audit(self) -> Audit: ...
    @property
    def clients(self) -> Clients: ...
    @property
    def api_keys(self) -> ApiKeys: ...
    @property
    def codes(self) -> Codes: ...
    @property
    def grants(self) -> Grants: ...
    @property
    def refresh_tokens(self) -> RefreshTokens: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def tickets(self) -> Tickets: ...
    @property
    def mail(self) -> Mail: ...
    @property
    def tries(self) -> Tried: ...


Begin = Callable[[], AbstractAsyncContextManager[Book]]
"""Open a transaction: it commits when the block ends, and rolls back when it raises."""
KeepOwn = Callable[[Grant], Awaitable[bool]]
"""Keep a new grant that a client has of its own, for good; whether it was, for its client may act
still. Those that are asked for at one moment are kept at once.
"""


class Secrets(Protocol):
    """What opens something is kept as a hash with a key: who reads the tables can show nothing.

    A fast one: what is hashed are digests of secrets that nobody could guess.
    """

    def make(self, prefix: str) -> str:
        """A new one that nobody could guess, of 256 random bits, behind a prefix that tells what
        it opens: `fsk` of an API key, `fss` of a client, `fsr`, `fsc`, `fse` and `fst`.
        """
        ...

    def keyed(self, digest: str) -> str:
        """64 hexadecimal digits, by a key that is kept apart from the tables."""
        ...


class SigningKeys(Protocol):
    def published(self) -> str:
        """What tokens are verified with now, as a JWK Set (RFC 7517)."""
        ...
