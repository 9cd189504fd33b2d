"""The identity context as all others see it: who may do what, and how they show it.

What opens something (a secret, a code, a token) is never sent here: callers send its `digest`, and
are told one in the clear only when it is made. A password is the exception: it is hashed here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import NewType, Protocol
from uuid import UUID

from domain.shared.model import Event, NotFound, Refusal, Stale, Unfit
from domain.shared.values import CustomerId

AccountId = NewType("AccountId", UUID)
ClientId = NewType("ClientId", str)
"""Natural: what a client is registered as."""
GrantId = NewType("GrantId", UUID)
KeyId = NewType("KeyId", UUID)
SessionId = NewType("SessionId", UUID)

BUYER, STAFF = "buyer", "staff"
"""The kinds of accounts. One e-mail address may have one of each."""
PLATFORM, APPLICATION, RESOURCE = "platform", "application", "resource"
"""The kinds of clients: who sends buyers, what staff work with, and who asks what a token is."""
SECRET, ASSERTION, NONE = "client_secret_basic", "private_key_jwt", "none"
"""How a client shows that it is itself (OAuth 2.0, RFC 7523)."""


SHOPPING_SCOPES = (
    "dev.ucp.shopping.cart:manage",
    "dev.ucp.shopping.catalog.lookup:read",
    "dev.ucp.shopping.catalog.search:read",
    "dev.ucp.shopping.checkout:manage",
    "dev.ucp.shopping.order:manage",
    "dev.ucp.shopping.order:read",
)
"""What a buyer may let a platform do (UCP section 22)."""
OPENID_SCOPES = ("email", "offline_access", "openid")
"""What a client may learn of who signed in, and for how long (OpenID Connect)."""
STAFF_SCOPES = (
    "catalog:read",
    "catalog:write",
    "customers:read",
    "customers:write",
    "events:read",
    "events:write",
    "fulfillment:read",
    "fulfillment:write",
    "identity:read",
    "identity:write",
    "inventory:read",
    "inventory:write",
    "notifications:read",
    "notifications:write",
    "orders:read",
    "orders:refund",
    "orders:write",
    "payments:read",
    "payments:write",
    "pricing:read",
    "pricing:write",
)
"""What the merchant API is opened by."""
ROLES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "owner": frozenset(STAFF_SCOPES),
        "manager": frozenset(STAFF_SCOPES) - {"identity:read", "identity:write"},
        "fulfilment": frozenset(
            (
                "catalog:read",
                "fulfillment:read",
                "fulfillment:write",
                "inventory:read",
                "inventory:write",
                "orders:read",
            )
        ),
        "support": frozenset(
            (
                "catalog:read",
                "customers:read",
                "customers:write",
                "fulfillment:read",
                "inventory:read",
                "orders:read",
                "orders:refund",
                "orders:write",
                "payments:read",
                "pricing:read",
            )
        ),
        "read-only": frozenset(
            scope
            for scope in STAFF_SCOPES
            if scope.endswith(":read") and not scope.startswith("identity:")
        ),
    }
)
"""What a member of staff may do, by the role."""


def digest(text: str) -> str:
    """What is sent in place of something that opens something: its SHA-256, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


# Clients


@dataclass(frozen=True, kw_only=True)
class ClientDetails:
    """`redirect_uris` are compared as they are. `public_keys` is a JWK Set (RFC 7517) as JSON, for
    `private_key_jwt`. `scopes` are all that it may ever ask for. A platform may come with one
    `profile_url` alone, if it has one.
    """

    client_id: ClientId
    name: str
    kind: str = PLATFORM
    redirect_uris: tuple[str, ...] = ()
    auth_method: str = SECRET
    public_keys: str = ""
    scopes: tuple[str, ...] = ()
    profile_url: str | None = None
    is_disabled: bool = False


@dataclass(frozen=True, kw_only=True)
class KeptClient:
    """`version` is raised by each change."""

    details: ClientDetails
    registered_at: datetime
    version: int


@dataclass(frozen=True, kw_only=True)
class RegisterClient:
    details: ClientDetails


@dataclass(frozen=True, kw_only=True)
class ClientRegistered:
    """`secret` is told this once, where the client has one."""

    client: KeptClient
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class GetClient:
    client_id: ClientId


@dataclass(frozen=True, kw_only=True)
class ListClients:
    after: str | None = None
    most: int = 20


@dataclass(frozen=True, kw_only=True)
class ClientPage:
    """`next` is where the next page begins; there is none on the last."""

    items: tuple[KeptClient, ...]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class FindPlatform:
    profile_url: str


@dataclass(frozen=True, kw_only=True)
class PlatformFound:
    """`client_id` is nothing where no platform, or more than one, comes with the profile."""

    client_id: ClientId | None


@dataclass(frozen=True, kw_only=True)
class UpdateClient:
    """`version` is the one that was read; without it, whatever stands is changed."""

    details: ClientDetails
    version: int | None


@dataclass(frozen=True, kw_only=True)
class RenewSecret:
    client_id: ClientId


@dataclass(frozen=True, kw_only=True)
class ProveClient:
    client_id: ClientId
    secret_digest: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class NoteAssertion:
    """`name` is the `jti` of an assertion that is good until `expires_at`."""

    client_id: ClientId
    name: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class AssertionNoted:
    name: str


# Codes, grants, refresh tokens


@dataclass(frozen=True, kw_only=True)
class GrantCode:
    """What the owner of an account agreed to. `code_challenge` is one of S256 (RFC 7636)."""

    client_id: ClientId
    account_id: AccountId
    redirect_uri: str
    code_challenge: str
    scopes: tuple[str, ...]
    audience: str
    authenticated_at: datetime
    nonce: str | None = None


@dataclass(frozen=True, kw_only=True)
class CodeGranted:
    code: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class FindCode:
    code_digest: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class CodeDetails:
    granted: GrantCode
    expires_at: datetime
    is_spent: bool


@dataclass(frozen=True, kw_only=True)
class RedeemCode:
    code_digest: str = field(repr=False)
    client_id: ClientId
    is_refreshable: bool = True


@dataclass(frozen=True, kw_only=True)
class GrantToClient:
    """What a client may do by itself, for as long as an access token is good."""

    client_id: ClientId
    scopes: tuple[str, ...]
    audience: str


@dataclass(frozen=True, kw_only=True)
class GrantDetails:
    """What a client may do, in the name of an account or in its own.

    `scopes` and `audience` are those of the whole grant. `expires_at` is when it ends by itself.
    """

    grant_id: GrantId
    client_id: ClientId
    account_id: AccountId | None
    scopes: tuple[str, ...]
    audience: str
    granted_at: datetime
    expires_at: datetime
    used_at: datetime
    ended_at: datetime | None = None
    authenticated_at: datetime | None = None
    nonce: str | None = None


@dataclass(frozen=True, kw_only=True)
class Granted:
    """`refresh_token` is told this once, where there is one."""

    grant: GrantDetails
    refresh_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class FindRefreshToken:
    token_digest: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class RefreshGrant:
    token_digest: str = field(repr=False)
    client_id: ClientId


@dataclass(frozen=True, kw_only=True)
class EndGrant:
    """With a `client_id` or an `account_id`, only one of theirs."""

    grant_id: GrantId
    client_id: ClientId | None = None
    account_id: AccountId | None = None


@dataclass(frozen=True, kw_only=True)
class GrantOver:
    grant_id: GrantId


@dataclass(frozen=True, kw_only=True)
class FindStanding:
    grant_id: GrantId


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Whether a grant is good now: it has not ended, and neither its client nor its account is
    disabled. `scopes` are those that are left of it: of a member of staff, what the role allows.
    """

    grant_id: GrantId
    is_good: bool
    scopes: tuple[str, ...] = ()
    client_id: ClientId = ClientId("")
    client_kind: str = ""
    profile_url: str | None = None
    account_id: AccountId | None = None
    account_kind: str | None = None
    email: str | None = None
    customer_id: CustomerId | None = None


@dataclass(frozen=True, kw_only=True)
class ListGrants:
    """The grants of an account that are good, newest first: the platforms that are linked."""

    account_id: AccountId


@dataclass(frozen=True, kw_only=True)
class LinkedClient:
    grant: GrantDetails
    client_name: str
    profile_url: str | None


@dataclass(frozen=True, kw_only=True)
class LinkedClients:
    items: tuple[LinkedClient, ...]


@dataclass(frozen=True, kw_only=True)
class FindVerificationKeys:
    pass


@dataclass(frozen=True, kw_only=True)
class VerificationKeys:
    """A JWK Set (RFC 7517) as JSON: what access tokens may be signed with, now or until lately."""

    jwks: str


# Accounts


@dataclass(frozen=True, kw_only=True)
class AccountDetails:
    """`role` is that of a member of staff; `customer_id` is who a buyer is, once the e-mail address
    has been confirmed.
    """

    account_id: AccountId
    kind: str
    email: str
    role: str | None
    customer_id: CustomerId | None
    is_confirmed: bool
    is_disabled: bool
    joined_at: datetime
    version: int


@dataclass(frozen=True, kw_only=True)
class SignUp:
    """`source` is where it is asked from, as an IP address: strangers are slowed down by it."""

    email: str
    password: str = field(repr=False)
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class MailOnItsWay:
    """The same whoever it is, and whether or not there is anybody to write to."""


@dataclass(frozen=True, kw_only=True)
class ConfirmEmail:
    """`password` is the one that was chosen at signing up: who reads the mail may be another."""

    ticket_digest: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class AskForReset:
    email: str
    kind: str = BUYER
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class ResetPassword:
    ticket_digest: str = field(repr=False)
    password: str = field(repr=False)
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class ChangePassword:
    account_id: AccountId
    session_id: SessionId
    old: str = field(repr=False)
    new: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class CloseAccount:
    account_id: AccountId
    password: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class AccountOver:
    account_id: AccountId


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """`agent` is what the browser calls itself: its owner knows a session by it."""

    email: str
    password: str = field(repr=False)
    kind: str = BUYER
    source: str = ""
    agent: str = ""


@dataclass(frozen=True, kw_only=True)
class SessionDetails:
    session_id: SessionId
    account: AccountDetails
    agent: str
    source: str
    signed_in_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """`token` is told this once: whoever has it has the session."""

    session: SessionDetails
    token: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class FindSession:
    token_digest: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class ListSessions:
    account_id: AccountId


@dataclass(frozen=True, kw_only=True)
class Sessions:
    items: tuple[SessionDetails, ...]


@dataclass(frozen=True, kw_only=True)
class EndSession:
    """Without a session, all of the account."""

    account_id: AccountId
    session_id: SessionId | None = None


@dataclass(frozen=True, kw_only=True)
class SessionOver:
    account_id: AccountId


# Staff, and keys of the API


@dataclass(frozen=True, kw_only=True)
class AddStaff:
    """Without a password, whoever it is chooses one by the mail that is sent."""

    email: str
    role: str
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class ChangeStaff:
    """`version` is the one that was read; without it, whatever stands is changed."""

    account_id: AccountId
    role: str
    is_disabled: bool
    version: int | None


@dataclass(frozen=True, kw_only=True)
class GetStaff:
    account_id: AccountId


@dataclass(frozen=True, kw_only=True)
class ListStaff:
    after: str | None = None
    most: int = 20


@dataclass(frozen=True, kw_only=True)
class StaffPage:
    items: tuple[AccountDetails, ...]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class ApiKeyDetails:
    """`prefix` is how it begins: its holder knows it by that. It is a platform's if it has a
    `client_id`, and a machine's otherwise, which may do what the `scopes` say.
    """

    key_id: KeyId
    prefix: str
    name: str
    scopes: tuple[str, ...]
    client_id: ClientId | None
    made_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class MakeApiKey:
    """`key_digest` is that of a key which is known to its holder already."""

    name: str
    scopes: tuple[str, ...] = ()
    client_id: ClientId | None = None
    expires_at: datetime | None = None
    key_digest: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class ApiKeyMade:
    """`key` is told this once, unless it was known."""

    details: ApiKeyDetails
    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class FindApiKey:
    key_digest: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class KeyHolder:
    """Who has an API key, and what it opens now."""

    key_id: KeyId
    name: str
    scopes: tuple[str, ...]
    client_id: ClientId | None = None
    profile_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class ListApiKeys:
    after: str | None = None
    most: int = 20


@dataclass(frozen=True, kw_only=True)
class ApiKeyPage:
    items: tuple[ApiKeyDetails, ...]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class EndApiKey:
    key_id: KeyId


# What was done


@dataclass(frozen=True, kw_only=True)
class NoteDeed:
    """What somebody is about to do, or has done, to the shop: `outcome` says which, and how."""

    deed: str
    subject: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class DeedNoted:
    entry_id: UUID


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """`deed` is a word of ours (`signed_in`, `role_changed`), or the name of an operation of the
    merchant API; `subject` is what it was done to, and `detail` what a reader must know besides:
    never a secret.
    """

    entry_id: UUID
    at: datetime
    actor: str
    deed: str
    subject: str
    outcome: str
    source: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class ListAudit:
    """Oldest first, behind `after`."""

    after: str | None = None
    most: int = 100
    since: datetime | None = None
    actor: str | None = None
    subject: str | None = None


@dataclass(frozen=True, kw_only=True)
class AuditPage:
    items: tuple[AuditEntry, ...]
    next: str | None


# Facts


@dataclass(frozen=True, kw_only=True)
class GrantEnded(Event, name="identity.grant_ended.v1"):
    """A client may do no more what it was granted: its tokens are good for nothing."""

    grant_id: GrantId
    client_id: ClientId
    account_id: AccountId | None


@dataclass(frozen=True, kw_only=True)
class AccountClosed(Event, name="identity.account_closed.v1"):
    account_id: AccountId


# The ways to say no


@dataclass(eq=False)
class UnknownClient(NotFound):
    client_id: ClientId


@dataclass(eq=False)
class ClientExists(Refusal):
    """There is a client of this id already."""

    client_id: ClientId


@dataclass(eq=False)
class ClientChanged(Stale):
    """The client is at this version now."""

    client_id: ClientId
    version: int


@dataclass(eq=False)
class UnfitClient(Unfit):
    client_id: ClientId
    because: str


@dataclass(eq=False)
class ClientNotProven(Refusal):
    """It has another secret, has none, is disabled, or is not known: that is not told apart."""

    client_id: ClientId


@dataclass(eq=False)
class AssertionReplayed(Refusal):
    client_id: ClientId


@dataclass(eq=False)
class NoSuchCode(NotFound):
    """It was never granted, not to this client, or is no longer good."""


@dataclass(eq=False)
class CodeSpent(Refusal):
    """It was redeemed before: what was granted for it has ended now."""


@dataclass(eq=False)
class NoSuchToken(NotFound):
    """It was never issued, not to this client, or what it is of has ended."""


@dataclass(eq=False)
class TokenReused(Refusal):
    """It was used before: the whole grant has ended now."""


@dataclass(eq=False)
class UnknownGrant(NotFound):
    grant_id: GrantId


@dataclass(eq=False)
class UnknownAccount(NotFound):
    account_id: AccountId


@dataclass(eq=False)
class AccountExists(Refusal):
    """Staff has this e-mail address already."""

    account_id: AccountId


@dataclass(eq=False)
class AccountChanged(Stale):
    """The account is at this version now."""

    account_id: AccountId
    version: int


@dataclass(eq=False)
class UnfitAccount(Unfit):
    because: str


@dataclass(eq=False)
class WrongCredentials(Refusal):
    """No such account, or another password: that is not told apart."""


@dataclass(eq=False)
class TooManyTries(Refusal):
    """Of this account, or from this place: no more until then."""

    retry_after_seconds: int


@dataclass(eq=False)
class NoSuchTicket(NotFound):
    """It was never sent, was used, or is no longer good."""


@dataclass(eq=False)
class NoSuchSession(NotFound):
    """There was none, or it is over."""


@dataclass(eq=False)
class LastOwner(Refusal):
    """Somebody must be able to let others in."""

    account_id: AccountId


@dataclass(eq=False)
class UnknownApiKey(NotFound):
    """There is none, or it has ended."""


@dataclass(eq=False)
class UnfitApiKey(Unfit):
    because: str


@dataclass(eq=False)
class UnknownPlace(Unfit):
    """No page ended with this."""

    after: str


class Identity(Protocol):
    async def register_client(self, message: RegisterClient, /) -> ClientRegistered:
        """Refuses with `ClientExists` or `UnfitClient`: asked again too, for the secret is told
        once (`renew_secret` makes another).
        """
        ...

    async def get_client(self, message: GetClient, /) -> KeptClient:
        """Refuses with `UnknownClient`."""
        ...

    async def list_clients(self, message: ListClients, /) -> ClientPage:
        """In the order of their ids. Refuses with `UnknownPlace`."""
        ...

    async def find_platform(self, message: FindPlatform, /) -> PlatformFound:
        """Who comes with this very profile, and is not disabled."""
        ...

    async def update_client(self, message: UpdateClient, /) -> KeptClient:
        """Put this in the place of what is known; saying that again changes nothing.

        A scope that is taken away is gone from what was granted. Refuses with `UnknownClient`,
        `UnfitClient` or `ClientChanged`.
        """
        ...

    async def renew_secret(self, message: RenewSecret, /) -> ClientRegistered:
        """Make another secret; the one before opens nothing from then on.

        Refuses with `UnknownClient`, or with `UnfitClient` if it shows itself by other means.
        """
        ...

    async def prove_client(self, message: ProveClient, /) -> ClientDetails:
        """Whose secret this is. Refuses with `ClientNotProven`."""
        ...

    async def note_assertion(self, message: NoteAssertion, /) -> AssertionNoted:
        """Remember an assertion for as long as it is good. Refuses with `AssertionReplayed` the
        second time.
        """
        ...

    async def grant_code(self, message: GrantCode, /) -> CodeGranted:
        """A code that is good for a minute, and once. Asked again, it is another.

        Refuses with `UnknownClient` or `UnknownAccount`, also where they are disabled.
        """
        ...

    async def find_code(self, message: FindCode, /) -> CodeDetails:
        """A code that was spent too. Refuses with `NoSuchCode`."""
        ...

    async def redeem_code(self, message: RedeemCode, /) -> Granted:
        """Begin what was agreed to. Refuses with `NoSuchCode`, or with `CodeSpent` the second time,
        when all that was granted for it has been ended (RFC 6749, 4.1.2).
        """
        ...

    async def grant_to_client(self, message: GrantToClient, /) -> Granted:
        """Refuses with `UnknownClient`, also where it is disabled."""
        ...

    async def find_refresh_token(self, message: FindRefreshToken, /) -> GrantDetails:
        """What a token is of, whether or not it was used. Refuses with `NoSuchToken`."""
        ...

    async def refresh_grant(self, message: RefreshGrant, /) -> Granted:
        """Give another token for this one, which is spent. Refuses with `NoSuchToken`, or with
        `TokenReused` if it was spent before: then the grant has been ended (RFC 9700, 4.14.2).
        """
        ...

    async def end_grant(self, message: EndGrant, /) -> GrantOver:
        """None of its tokens is good from then on, anywhere, within a second. Asked again, it
        changes nothing. Refuses with `UnknownGrant`.
        """
        ...

    async def find_standing(self, message: FindStanding, /) -> Standing:
        """Whether what a token says still holds. Never refuses: an unknown grant is not good."""
        ...

    async def list_grants(self, message: ListGrants, /) -> LinkedClients:
        """A hundred at the most. Never refuses."""
        ...

    async def find_verification_keys(self, message: FindVerificationKeys, /) -> VerificationKeys:
        """Never refuses."""
        ...

    async def sign_up(self, message: SignUp, /) -> MailOnItsWay:
        """Have an account, and mail that asks to confirm it; whoever has one already gets mail that
        says so. Refuses with `UnfitAccount` or `TooManyTries`.
        """
        ...

    async def confirm_email(self, message: ConfirmEmail, /) -> AccountDetails:
        """From now on the account is that of the customer with this e-mail address, who is made
        where there is none. Refuses with `NoSuchTicket`, `WrongCredentials` or `TooManyTries`.
        """
        ...

    async def ask_for_reset(self, message: AskForReset, /) -> MailOnItsWay:
        """Send mail by which another password can be chosen. Refuses with `TooManyTries`."""
        ...

    async def reset_password(self, message: ResetPassword, /) -> AccountDetails:
        """It confirms the e-mail address, and ends every session and what was granted.

        Refuses with `NoSuchTicket` or `UnfitAccount`.
        """
        ...

    async def change_password(self, message: ChangePassword, /) -> AccountDetails:
        """It ends every other session. Refuses with `UnknownAccount`, `WrongCredentials`,
        `UnfitAccount` or `TooManyTries`.
        """
        ...

    async def close_account(self, message: CloseAccount, /) -> AccountOver:
        """Forget the account of a buyer, with its sessions and grants. What customers and ordering
        know stays. Refuses with `UnknownAccount`, `WrongCredentials` or `TooManyTries`.
        """
        ...

    async def sign_in(self, message: SignIn, /) -> SignedIn:
        """Refuses with `WrongCredentials` or `TooManyTries`, after the same time whoever it is."""
        ...

    async def find_session(self, message: FindSession, /) -> SessionDetails:
        """Refuses with `NoSuchSession`."""
        ...

    async def list_sessions(self, message: ListSessions, /) -> Sessions:
        """Those that are not over, newest first, a hundred at the most. Never refuses."""
        ...

    async def end_session(self, message: EndSession, /) -> SessionOver:
        """Ending what is over changes nothing. Never refuses."""
        ...

    async def add_staff(self, message: AddStaff, /) -> AccountDetails:
        """Refuses with `UnfitAccount`, or with `AccountExists` if it differs from what is kept."""
        ...

    async def get_staff(self, message: GetStaff, /) -> AccountDetails:
        """Refuses with `UnknownAccount`."""
        ...

    async def list_staff(self, message: ListStaff, /) -> StaffPage:
        """In the order in which they came. Refuses with `UnknownPlace`."""
        ...

    async def change_staff(self, message: ChangeStaff, /) -> AccountDetails:
        """Who is disabled has no session and no good token from then on, within a second.

        Refuses with `UnknownAccount`, `UnfitAccount`, `AccountChanged` or `LastOwner`.
        """
        ...

    async def make_api_key(self, message: MakeApiKey, /) -> ApiKeyMade:
        """Refuses with `UnfitApiKey` or `UnknownClient`. Asked again, it is another key, but for one
        that is known: that is the same.
        """
        ...

    async def find_api_key(self, message: FindApiKey, /) -> KeyHolder:
        """Refuses with `UnknownApiKey`, also where its client is disabled or it has run out."""
        ...

    async def list_api_keys(self, message: ListApiKeys, /) -> ApiKeyPage:
        """In the order in which they were made, ended ones too. Refuses with `UnknownPlace`."""
        ...

    async def end_api_key(self, message: EndApiKey, /) -> ApiKeyDetails:
        """It opens nothing from then on, within a second. Asked again, it changes nothing.

        Refuses with `UnknownApiKey`.
        """
        ...

    async def note_deed(self, message: NoteDeed, /) -> DeedNoted:
        """Write down what the one who asks does. Never refuses."""
        ...

    async def list_audit(self, message: ListAudit, /) -> AuditPage:
        """Refuses with `UnknownPlace`."""
        ...
