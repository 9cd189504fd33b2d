"""Introspection (RFC 7662): what an access token is, for who has to know."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.edge.tokens import BadToken, Tokens
from app.oauth.errors import invalid_client
from app.oauth.issuer import Issuer
from app.oauth.parameters import Parameters
from app.oauth.revoke import token_in
from domain.contracts.identity import NONE, RESOURCE, ClientDetails

INACTIVE: Mapping[str, Any] = {"active": False}


@dataclass(frozen=True)
class Introspection:
    """Refresh tokens are shown to nobody but us: asked about one, it is not active."""

    tokens: Tokens
    issuer: Issuer

    async def told(self, said: Parameters, client: ClientDetails) -> Mapping[str, Any]:
        """Everything to a resource server, and to other clients about their own, if they show that
        they are themselves: else anybody could try out tokens (2.1). Raises `OAuthError`.
        """
        if client.auth_method == NONE:
            raise invalid_client()
        try:
            token = await self.tokens.verified(token_in(said), *self.issuer.audiences)
        except BadToken:
            return INACTIVE
        if client.kind != RESOURCE and client.client_id != token.standing.client_id:
            return INACTIVE
        return {
            "active": True,
            "token_type": "Bearer",
            "iss": self.issuer.url,
            "sub": token.subject,
            "aud": token.audience,
            "client_id": token.standing.client_id,
            "scope": " ".join(sorted(token.scopes)),
            "iat": token.issued_at,
            "exp": token.expires_at,
        }
