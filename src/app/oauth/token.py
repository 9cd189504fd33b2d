"""The token endpoint (RFC 6749, 3.2): what is asked is fetched, decided, committed, signed."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oauth2 import OAuth2Error

from app.oauth.audience import scopes_in, target
from app.oauth.errors import OAuthError, worded
from app.oauth.grants import Asking, Code, Refreshable, Registered, Server
from app.oauth.issuer import OPENID, Issuer
from app.oauth.minting import Mint
from app.oauth.parameters import Parameters
from domain.contracts.identity import (
    OPENID_SCOPES,
    ClientDetails,
    CodeSpent,
    FindCode,
    FindRefreshToken,
    Granted,
    GrantToClient,
    Identity,
    NoSuchCode,
    NoSuchToken,
    RedeemCode,
    RefreshGrant,
    TokenReused,
    UnknownClient,
    digest,
)

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class TokenEndpoint:
    identity: Identity
    issuer: Issuer
    mint: Mint

    async def answered(self, said: Parameters, client: ClientDetails) -> Answer:
        """Raises `OAuthError`."""
        kinds: Mapping[str, Callable[[Parameters, ClientDetails], Awaitable[Answer]]] = {
            "authorization_code": self._for_code,
            "refresh_token": self._for_refresh_token,
            "client_credentials": self._for_client,
        }
        if "resource" in said.repeated:
            raise OAuthError("invalid_target", "A token is for one resource.")
        if said.repeated:
            raise OAuthError("invalid_request", "A parameter was sent more than once.")
        kind = said.get("grant_type")
        if kind is None:
            raise OAuthError("invalid_request", "The grant_type is missing.")
        if kind not in kinds:
            raise OAuthError("unsupported_grant_type", "There is no such grant_type.")
        return await kinds[kind](said, client)

    async def _for_code(self, said: Parameters, client: ClientDetails) -> Answer:
        code_digest = digest(said.get("code") or "")
        try:
            details = await self.identity.find_code(FindCode(code_digest=code_digest))
            _require_grantable(said, client, Code(details))
            self._require_target(said, details.granted.audience)
            redeem = RedeemCode(code_digest=code_digest, client_id=client.client_id)
            granted = await self.identity.redeem_code(redeem)
        except (NoSuchCode, CodeSpent):
            _require_grantable(said, client, None)  # says what is missing, if it is that
            raise OAuthError("invalid_grant", "This code is not good.") from None
        return self._told(granted, granted.grant.scopes, is_new=True)

    async def _for_refresh_token(self, said: Parameters, client: ClientDetails) -> Answer:
        token_digest = digest(said.get("refresh_token") or "")
        try:
            grant = await self.identity.find_refresh_token(
                FindRefreshToken(token_digest=token_digest)
            )
            _require_grantable(said, client, Refreshable(grant))
            self._require_target(said, grant.audience)
            refresh = RefreshGrant(token_digest=token_digest, client_id=client.client_id)
            granted = await self.identity.refresh_grant(refresh)
        except (NoSuchToken, TokenReused):
            _require_grantable(said, client, None)
            raise OAuthError("invalid_grant", "This refresh token is not good.") from None
        asked = scopes_in(said.get("scope")) if said.get("scope") else granted.grant.scopes
        return self._told(granted, asked)

    async def _for_client(self, said: Parameters, client: ClientDetails) -> Answer:
        """Without a scope, it is all that the client is registered with, but for what is told of
        an account: there is none.
        """
        _require_grantable(said, client, None)
        own = [scope for scope in client.scopes if scope not in OPENID_SCOPES]
        scopes = scopes_in(said.get("scope") or " ".join(own))
        if not set(scopes) <= set(own):
            raise OAuthError("invalid_scope", "The client may not do this by itself.")
        audience = target(self.issuer, client, said.get("resource"), scopes)
        asked = GrantToClient(client_id=client.client_id, scopes=scopes, audience=audience)
        try:
            granted = await self.identity.grant_to_client(asked)
        except UnknownClient:
            raise OAuthError("invalid_grant", "This client may do nothing any more.") from None
        return self._told(granted, scopes)

    def _require_target(self, said: Parameters, audience: str) -> None:
        named = said.get("resource")
        if named not in (None, audience) and not (
            named == self.issuer.url and audience == self.issuer.shopping
        ):
            raise OAuthError("invalid_target", "This was granted for another resource.")

    def _told(self, granted: Granted, scopes: tuple[str, ...], *, is_new: bool = False) -> Answer:
        token, seconds = self.mint.access_token(granted.grant, scopes)
        answer = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": seconds,
            "scope": " ".join(scopes),
        }
        if granted.refresh_token:
            answer["refresh_token"] = granted.refresh_token
        if is_new and OPENID in scopes:
            answer["id_token"] = self.mint.id_token(granted.grant)
        return answer


def _require_grantable(said: Parameters, client: ClientDetails, found: object) -> None:
    """Raises `OAuthError` where Authlib says no."""
    try:
        Server(Asking("POST", said.values, Registered(client), found)).require_grantable()
    except OAuth2Error as no:
        raise worded(no) from None
