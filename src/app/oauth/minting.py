"""What is signed: access tokens (RFC 9068) and ID tokens (OpenID Connect Core 1.0, 2)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from app.oauth.issuer import Issuer
from domain.contracts.identity import GrantDetails
from domain.shared.clock import Clock
from domain.shared.ids import public

ACCESS, ID = "at+jwt", "JWT"
Sign = Callable[[dict[str, Any], str], str]
"""Sign these claims, as a token of this type."""


@dataclass(frozen=True)
class Mint:
    issuer: Issuer
    sign: Sign
    clock: Clock
    seconds: int

    def access_token(self, grant: GrantDetails, scopes: tuple[str, ...]) -> tuple[str, int]:
        """Good for some minutes, never longer than its grant; and for how many seconds."""
        now = self.clock()
        expires_at = min(now + timedelta(seconds=self.seconds), grant.expires_at)
        claims = {
            **self._begun(grant, now, expires_at),
            "aud": grant.audience,
            "client_id": grant.client_id,
            "jti": token_urlsafe(16),
            "scope": " ".join(scopes),
            "grant": grant.grant_id.hex,
        }
        return self.sign(claims, ACCESS), int(expires_at.timestamp()) - int(now.timestamp())

    def id_token(self, grant: GrantDetails) -> str:
        """For the client alone: who agreed, and when that was signed in. It opens nothing."""
        now = self.clock()
        claims = {
            **self._begun(grant, now, now + timedelta(seconds=self.seconds)),
            "aud": grant.client_id,
        }
        if grant.nonce is not None:
            claims["nonce"] = grant.nonce
        return self.sign(claims, ID)

    def _begun(self, grant: GrantDetails, now: datetime, expires_at: datetime) -> dict[str, Any]:
        claims: dict[str, Any] = {
            "iss": self.issuer.url,
            "sub": subject_of(grant),
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
        }
        if grant.authenticated_at:
            claims["auth_time"] = int(grant.authenticated_at.timestamp())
        return claims


def subject_of(grant: GrantDetails) -> str:
    """Whose grant it is, as others see it: an account's, or the client's own (RFC 9068, 2.2)."""
    return public("acc", grant.account_id) if grant.account_id else grant.client_id
