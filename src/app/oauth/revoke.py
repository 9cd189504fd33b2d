"""Revocation (RFC 7009): whatever token it is, all that was granted with it ends."""

from dataclasses import dataclass

from app.edge.tokens import BadToken, Tokens
from app.oauth.errors import OAuthError
from app.oauth.issuer import Issuer
from app.oauth.parameters import Parameters
from domain.contracts.identity import (
    ClientDetails,
    ClientId,
    EndGrant,
    FindRefreshToken,
    GrantId,
    Identity,
    NoSuchToken,
    UnknownGrant,
    digest,
)

REFRESH_TOKEN = "fsr_"  # noqa: S105  # how one begins


def token_in(said: Parameters) -> str:
    """Raises `OAuthError`."""
    if said.repeated:
        raise OAuthError("invalid_request", "A parameter was sent more than once.")
    if (token := said.get("token")) is None:
        raise OAuthError("invalid_request", "The token is missing.")
    return token


@dataclass(frozen=True)
class Revocation:
    identity: Identity
    tokens: Tokens
    issuer: Issuer

    async def revoke(self, said: Parameters, client: ClientDetails) -> None:
        """What is not good has been revoked already. Raises `OAuthError` if it is another's."""
        found = await self._found(token_in(said))
        if found is None:
            return
        grant_id, client_id = found
        if client_id != client.client_id:
            raise OAuthError("invalid_grant", "This token is of another client.")
        try:
            await self.identity.end_grant(EndGrant(grant_id=grant_id, client_id=client_id))
        except UnknownGrant:
            return

    async def _found(self, token: str) -> tuple[GrantId, ClientId] | None:
        try:
            if token.startswith(REFRESH_TOKEN):
                asked = FindRefreshToken(token_digest=digest(token))
                grant = await self.identity.find_refresh_token(asked)
                return grant.grant_id, grant.client_id
            verified = await self.tokens.verified(token, *self.issuer.audiences)
        except (NoSuchToken, BadToken):
            return None
        return verified.standing.grant_id, verified.standing.client_id
