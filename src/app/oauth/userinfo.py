"""What a client may know of whoever agreed (OpenID Connect Core 1.0, 5.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.edge.tokens import BadToken, Tokens
from app.oauth.errors import OAuthError
from app.oauth.issuer import EMAIL, OPENID, Issuer


@dataclass(frozen=True)
class UserInfo:
    tokens: Tokens
    issuer: Issuer

    async def told(self, authorization: str) -> Mapping[str, Any]:
        """Raises `OAuthError`, in the words of RFC 6750."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise self._refused(401, "invalid_token", "An access token is needed.")
        try:
            known = await self.tokens.verified(token.strip(), *self.issuer.audiences)
        except BadToken as bad:
            raise self._refused(401, "invalid_token", bad.because) from None
        if OPENID not in known.scopes:
            raise self._refused(403, "insufficient_scope", "The scope openid is needed.")
        info: dict[str, Any] = {"sub": known.subject}
        if EMAIL in known.scopes and known.standing.email:
            info |= {"email": known.standing.email, "email_verified": True}
        return info

    def _refused(self, status: int, error: str, description: str) -> OAuthError:
        told = f'Bearer realm="{self.issuer.url}", error="{error}"'
        told += f', error_description="{description}"'
        if status == 403:
            told += f', scope="{OPENID}"'
        return OAuthError(error, description, status, {"www-authenticate": told})
