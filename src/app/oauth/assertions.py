"""`private_key_jwt`: a client signs that it is itself, for us, for minutes, once (RFC 7523)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key
from pydantic_core import from_json

from app.edge.jwts import Told, Unreadable, WrongSignature, told
from app.oauth.errors import OAuthError, invalid_client
from app.oauth.issuer import Issuer
from app.oauth.parameters import Parameters
from app.oauth.registered import found
from domain.contracts.identity import (
    ASSERTION,
    AssertionReplayed,
    ClientDetails,
    Identity,
    NoteAssertion,
)
from domain.shared.clock import Clock

KIND = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ("ES256", "PS256", "RS256")
TYPES = ("", "JWT", "jwt", "client-authentication+jwt")
LONGEST_SECONDS = 300
LEEWAY_SECONDS = 10
LONGEST_NAME = 200


@dataclass(frozen=True)
class Assertions:
    identity: Identity
    issuer: Issuer
    clock: Clock

    async def proven(self, said: Parameters) -> ClientDetails:
        """Raises `OAuthError`."""
        if said.get("client_assertion_type") != KIND:
            raise OAuthError("invalid_request", "There is no such client_assertion_type.")
        try:
            assertion = told(said.get("client_assertion") or "")
            expires_at = self._expiry(assertion)
        except Unreadable:
            raise invalid_client() from None
        client = await found(self.identity, assertion.text_of("sub"))
        if client is None or client.auth_method != ASSERTION:
            raise invalid_client()
        if said.get("client_id") not in (None, client.client_id):
            raise invalid_client()
        _require_signed(assertion, client)
        name = assertion.text_of("jti")
        note = NoteAssertion(client_id=client.client_id, name=name, expires_at=expires_at)
        try:
            await self.identity.note_assertion(note)
        except AssertionReplayed:
            raise invalid_client() from None
        return client

    def _expiry(self, assertion: Told) -> datetime:
        """Until when it is good. Raises `Unreadable` if it is not: it says who, to whom, and when."""
        now = self.clock().timestamp()
        expires, begins = assertion.seconds("exp"), assertion.seconds("nbf")
        issued = assertion.seconds("iat")
        latest = now + LEEWAY_SECONDS
        if expires is None or not now < expires <= latest + LONGEST_SECONDS:
            raise Unreadable
        if any(at is not None and at > latest for at in (begins, issued)):
            raise Unreadable
        if assertion.claims.get("iss") != assertion.claims.get("sub"):
            raise Unreadable
        if not 0 < len(assertion.text_of("jti")) <= LONGEST_NAME:
            raise Unreadable
        if not self._is_ours(assertion.claims.get("aud")):
            raise Unreadable
        if assertion.header.get("typ", "") not in TYPES:
            raise Unreadable
        return datetime.fromtimestamp(expires, UTC)

    def _is_ours(self, audience: object) -> bool:
        """Made for nobody but us: another server could show us what it was shown."""
        named = audience if isinstance(audience, list) else [audience]
        ours = (self.issuer.url, self.issuer.token_endpoint)
        return bool(named) and all(one in ours for one in named)


def _require_signed(assertion: Told, client: ClientDetails) -> None:
    kid = assertion.header.get("kid")
    for name, key in _keys(client.public_keys):
        if kid in (None, name) or name is None:
            try:
                assertion.require_signed(key, ALGORITHMS)
            except WrongSignature:
                continue
            return
    raise invalid_client()


@lru_cache(maxsize=256)
def _keys(text: str) -> Sequence[tuple[str | None, Key]]:
    """What it is registered with; a key that we cannot use is none."""
    keys: list[tuple[str | None, Key]] = []
    for told_key in from_json(text)["keys"]:
        try:
            key = JWKRegistry.import_key(told_key)
        except (JoseError, ValueError, TypeError):
            continue
        keys.append((told_key.get("kid"), key))
    return tuple(keys)
