"""Tokens signed in all the ways that there are, good ones and others."""

from asyncio import Event
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256
from hmac import new
from json import dumps
from typing import Any
from uuid import UUID

from joserfc import jws
from joserfc.jwk import ECKey, Key

from domain.contracts.identity import (
    AccountId,
    ClientId,
    FindStanding,
    FindVerificationKeys,
    GrantId,
    Standing,
    VerificationKeys,
)
from domain.shared.ids import public
from domain.shared.model import OutcomeUnknown

ISSUER = "https://shop.example"
SHOPPING, MERCHANT = f"{ISSUER}/ucp/v1", f"{ISSUER}/v1"
NOW = datetime(2030, 1, 1, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
GRANT = GrantId(UUID(int=7))
ACCOUNT = AccountId(UUID(int=8))
SCOPE = "dev.ucp.shopping.order:read"


def a_key() -> ECKey:
    key = ECKey.generate_key("P-256")
    key.ensure_kid()
    return key


def claims(**other: Any) -> dict[str, Any]:
    """Of a good access token, but for these; what is None is left out."""
    told = {
        "iss": ISSUER,
        "aud": SHOPPING,
        "sub": public("acc", ACCOUNT),
        "client_id": "platform",
        "iat": SECONDS,
        "exp": SECONDS + 600,
        "jti": "one",
        "scope": SCOPE,
        "grant": GRANT.hex,
        **other,
    }
    return {name: value for name, value in told.items() if value is not None}


def header(key: ECKey, **other: Any) -> dict[str, Any]:
    told = {"alg": "ES256", "kid": key.kid, "typ": "at+jwt", **other}
    return {name: value for name, value in told.items() if value is not None}


def signed(key: Key, head: dict[str, Any], told: dict[str, Any] | str) -> str:
    text = told if isinstance(told, str) else dumps(told)
    taken = jws.JWSRegistry(algorithms=["ES256", "PS256", "RS256"], strict_check_header=False)
    return jws.serialize_compact(head, text, key, registry=taken)


def encoded(part: bytes | dict[str, Any]) -> str:
    raw = part if isinstance(part, bytes) else dumps(part).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def hashed(secret: bytes, head: dict[str, Any], told: dict[str, Any]) -> str:
    """Signed by a secret that both would know (HS256)."""
    said = f"{encoded(head)}.{encoded(told)}"
    return f"{said}.{encoded(new(secret, said.encode(), sha256).digest())}"


class FakeIdentity:
    """It knows keys and one grant, and counts how often it is asked."""

    def __init__(self, *keys: ECKey) -> None:
        self.keys = keys
        self.standing = Standing(
            grant_id=GRANT,
            is_good=True,
            scopes=(SCOPE,),
            client_id=ClientId("platform"),
            account_id=ACCOUNT,
        )
        self.is_away = False
        self.late: Event | None = None  # the answer comes once it is set
        self.asked_for_keys = self.asked_for_standing = 0

    async def find_verification_keys(self, _: FindVerificationKeys, /) -> VerificationKeys:
        self.asked_for_keys += 1
        self._require_here()
        return VerificationKeys(
            jwks=dumps({"keys": [key.as_dict(private=False) for key in self.keys]})
        )

    async def find_standing(self, message: FindStanding, /) -> Standing:
        self.asked_for_standing += 1
        self._require_here()
        known, standing = message.grant_id == self.standing.grant_id, self.standing
        if late := self.late:
            self.late = None
            await late.wait()
        return standing if known else Standing(grant_id=message.grant_id, is_good=False)

    def _require_here(self) -> None:
        if self.is_away:
            raise OutcomeUnknown("identity is away")
