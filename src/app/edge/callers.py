"""Who asks, recognised by what is shown: an API key, or an access token."""

from dataclasses import dataclass, field, replace

from starlette.requests import Request

from app.edge.believed import Believed
from app.edge.tokens import BadToken, Tokens, VerifiedToken
from domain.contracts.identity import (
    PLATFORM,
    AccountId,
    ClientId,
    FindApiKey,
    FindPlatform,
    GrantId,
    Identity,
    KeyHolder,
    PlatformFound,
    SessionId,
    UnknownApiKey,
    digest,
)
from domain.shared.values import CustomerId

LONGEST_ACTOR = 200


class NotKnown(Exception):
    """What was shown opens nothing here, or nothing any more; says so."""


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who asks. `actor` is what others know them by; `client` is whom checkouts and orders belong
    to. `grant_id` is what an access token was issued for, in the name of an account or, without
    one, in the client's own.
    """

    actor: str = "anonymous"
    client: str = ""
    client_id: ClientId | None = None
    client_kind: str = ""
    profile_url: str | None = None
    scopes: frozenset[str] = frozenset()
    grant_id: GrantId | None = None
    account_id: AccountId | None = None
    account_kind: str | None = None
    customer_id: CustomerId | None = None
    email: str | None = None
    session_id: SessionId | None = None

    @property
    def is_platform(self) -> bool:
        return self.client_kind == PLATFORM


@dataclass(frozen=True)
class Shown:
    """What a request shows; `key` and `token` are empty where there is none."""

    key: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    @classmethod
    def of(cls, request: Request) -> "Shown":
        """A bearer that has no dots is an API key: a token has two (RFC 7515)."""
        key = request.headers.get("x-api-key", "").strip()
        scheme, _, bearer = request.headers.get("authorization", "").strip().partition(" ")
        told = bearer.strip() if scheme.lower() == "bearer" else ""
        if "." in told:
            return cls(key, told)
        return cls(key or told)

    def __bool__(self) -> bool:
        return bool(self.key or self.token)


class Callers:
    """Whose key or token it is. What was found is believed for half a second: so keys and grants
    that have ended open nothing within a second, in every process.
    """

    def __init__(self, identity: Identity, tokens: Tokens) -> None:
        self.tokens = tokens
        self._holders: Believed[str, KeyHolder] = Believed(
            lambda key: identity.find_api_key(FindApiKey(key_digest=key))
        )
        self._platforms: Believed[str, PlatformFound] = Believed(
            lambda url: identity.find_platform(FindPlatform(profile_url=url))
        )

    async def showing(self, shown: Shown, audience: str) -> Caller:
        """Raises `NotKnown`: also of a key and a token that are not of the same client."""
        holding = await self._holding(shown.key) if shown.key else None
        if not shown.token:
            return holding or Caller()
        bearing = await self._bearing(shown.token, audience)
        if holding and holding.client_id != bearing.client_id:
            raise NotKnown("The API key and the access token are not of the same client.")
        return bearing

    async def signing(self, profile_url: str) -> Caller | None:
        """The platform that is registered under this profile, in its own name."""
        found = await self._platforms(profile_url)
        if found.client_id is None:
            return None
        return _of_client(found.client_id, PLATFORM, profile_url)

    async def _holding(self, key: str) -> Caller:
        try:
            holder = await self._holders(digest(key))
        except UnknownApiKey:
            raise NotKnown("This API key is not known.") from None
        if holder.client_id is None:
            return Caller(actor=_actor("machine", holder.name), scopes=frozenset(holder.scopes))
        return _of_client(holder.client_id, PLATFORM, holder.profile_url)

    async def _bearing(self, token: str, audience: str) -> Caller:
        try:
            verified: VerifiedToken = await self.tokens.verified(token, audience)
        except BadToken as bad:
            raise NotKnown(bad.because) from None
        standing = verified.standing
        caller = replace(
            _of_client(standing.client_id, standing.client_kind, standing.profile_url),
            scopes=frozenset(verified.scopes),
            grant_id=standing.grant_id,
        )
        if standing.account_id is None:
            return caller
        return replace(
            caller,
            actor=f"{standing.account_kind}:{standing.account_id}",
            account_id=standing.account_id,
            account_kind=standing.account_kind,
            customer_id=standing.customer_id,
            email=standing.email,
        )


def _of_client(client_id: ClientId, kind: str, profile_url: str | None) -> Caller:
    """A client in its own name."""
    is_platform = kind == PLATFORM
    name = _actor("platform" if is_platform else "client", client_id)
    return Caller(
        actor=name,
        client=f"platform:{client_id}" if is_platform else "",
        client_id=client_id,
        client_kind=kind,
        profile_url=profile_url,
    )


def _actor(kind: str, name: str) -> str:
    """Actors travel in a header, as printable ASCII, and are kept in two hundred characters."""
    return f"{kind}:{ascii(name)[1:-1]}"[:LONGEST_ACTOR]
