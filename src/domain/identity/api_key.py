"""Keys of machines and of platforms, which open the APIs without anybody who signs in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from string import hexdigits

from domain.contracts.identity import (
    PLATFORM,
    STAFF_SCOPES,
    ApiKeyDetails,
    ClientDetails,
    KeyId,
    MakeApiKey,
    UnfitApiKey,
)
from domain.identity.client_fitness import LONGEST_NAME

PREFIX = "fsk"
SHOWN = 12
"""So many characters of a key are kept as they are, so that its holder knows it."""
USED_LATELY = timedelta(minutes=1)
"""It is written down no more often that a key was used."""


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """`digest` is keyed."""

    details: ApiKeyDetails
    digest: str = field(repr=False)

    @property
    def subject(self) -> str:
        return str(self.details.key_id)

    def described(self) -> str:
        """For the audit log."""
        its = self.details
        whose = f" of {its.client_id}" if its.client_id else ""
        return f"{its.name}{whose}: {' '.join(its.scopes)}"


def made(
    asked: MakeApiKey, client: ClientDetails | None, key_id: KeyId, prefix: str, now: datetime
) -> ApiKeyDetails:
    """Refuses with `UnfitApiKey`."""
    for complaint in _complaints(asked, client, now):
        raise UnfitApiKey(complaint)
    return ApiKeyDetails(
        key_id=key_id,
        prefix=prefix,
        name=asked.name,
        scopes=tuple(sorted(set(asked.scopes))),
        client_id=asked.client_id,
        made_at=now,
        expires_at=asked.expires_at,
        used_at=None,
        ended_at=None,
    )


def require_same(key: ApiKey, asked: MakeApiKey) -> None:
    """Refuses with `UnfitApiKey` where a key that is known is another's."""
    if key.details.client_id != asked.client_id:
        raise UnfitApiKey("this key is another's")


def _complaints(asked: MakeApiKey, client: ClientDetails | None, now: datetime) -> Iterator[str]:
    name = asked.name
    if not (name.isascii() and name.isprintable() and name == name.strip()) or not (
        0 < len(name) <= LONGEST_NAME
    ):
        yield f"a name has 1 to {LONGEST_NAME} printable ASCII characters"
    if asked.expires_at is not None and asked.expires_at <= now:
        yield "it would be over before it began"
    if asked.key_digest is not None and not _is_digest(asked.key_digest):
        yield "a digest is a SHA-256 in 64 hexadecimal digits"
    if client and client.kind != PLATFORM:
        yield "of clients, only platforms have API keys"
    allowed = client.scopes if client else STAFF_SCOPES
    if strange := set(asked.scopes) - set(allowed):
        yield f"no scope that it may have: {', '.join(sorted(strange))}"
    if not client and not asked.scopes:
        yield "without a scope, it would open nothing"


def _is_digest(text: str) -> bool:
    return len(text) == 64 and set(text) <= set(hexdigits.lower())
