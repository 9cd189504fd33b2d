"""Identity as the gate asks it, in memory: who has which key, token and session."""

from dataclasses import dataclass, field
from typing import cast
from uuid import UUID, uuid4

from app.edge.tokens import BadToken, Tokens, VerifiedToken
from domain.contracts.identity import (
    STAFF_SCOPES,
    ClientId,
    DeedNoted,
    FindApiKey,
    FindPlatform,
    Identity,
    KeyHolder,
    KeyId,
    NoteDeed,
    PlatformFound,
    Standing,
    UnknownApiKey,
    digest,
)
from infrastructure.shared.envelope import current


@dataclass
class FakeIdentity:
    """`deeds` are who did what to what, and how it ended; `failure` is raised in place of an answer."""

    holders: dict[str, KeyHolder] = field(default_factory=dict)
    deeds: list[tuple[str, str, str, str]] = field(default_factory=list)
    asked: list[object] = field(default_factory=list)
    failure: Exception | None = None

    def employ(self, key: str, *scopes: str, name: str = "test") -> None:
        """Let a machine in; without scopes, to do all that there is."""
        self._let_in(key, name, scopes or STAFF_SCOPES, None, None)

    def register(self, key: str, client: str, profile_url: str | None = None) -> None:
        """Let a platform in."""
        self._let_in(key, client, (), ClientId(client), profile_url)

    def _let_in(
        self, key: str, name: str, scopes: tuple[str, ...], client: ClientId | None, url: str | None
    ) -> None:
        self.holders[digest(key)] = KeyHolder(
            key_id=KeyId(uuid4()), name=name, scopes=scopes, client_id=client, profile_url=url
        )

    async def find_api_key(self, message: FindApiKey, /) -> KeyHolder:
        self.asked.append(message)
        if self.failure:
            raise self.failure
        if not (holder := self.holders.get(message.key_digest)):
            raise UnknownApiKey
        return holder

    async def find_platform(self, message: FindPlatform, /) -> PlatformFound:
        self.asked.append(message)
        if self.failure:
            raise self.failure
        holders = self.holders.values()
        found = {one.client_id for one in holders if one.profile_url == message.profile_url}
        return PlatformFound(client_id=found.pop() if len(found) == 1 else None)

    async def note_deed(self, message: NoteDeed, /) -> DeedNoted:
        if self.failure:
            raise self.failure
        self.deeds.append((current().actor, message.deed, message.subject, message.outcome))
        return DeedNoted(entry_id=UUID(int=len(self.deeds)))

    @property
    def contract(self) -> Identity:
        """As much of it as there is."""
        return cast(Identity, self)


@dataclass
class FakeTokens:
    """Tokens that are good, each for its audience."""

    known: dict[tuple[str, str], VerifiedToken] = field(default_factory=dict)

    def issue(self, token: str, audience: str, standing: Standing) -> None:
        self.known[token, audience] = VerifiedToken(
            scopes=frozenset(standing.scopes),
            audience=audience,
            subject="",
            issued_at=0,
            expires_at=600,
            standing=standing,
        )

    async def verified(self, token: str, audience: str, /) -> VerifiedToken:
        if not (found := self.known.get((token, audience))):
            raise BadToken("it is not known")
        return found

    @property
    def whole(self) -> Tokens:
        return cast(Tokens, self)
