"""What a token is for: one of two APIs (RFC 8707), by what is named or by what is asked for."""

from app.oauth.errors import OAuthError
from app.oauth.issuer import SCOPES, Issuer
from domain.contracts.identity import ClientDetails


def scopes_in(text: str | None) -> tuple[str, ...]:
    """Those that are asked for, each once and in our order. Raises `OAuthError`."""
    asked = frozenset((text or "").split())
    if not asked:
        raise OAuthError("invalid_scope", "The scope is missing.")
    if not asked <= frozenset(SCOPES):
        raise OAuthError("invalid_scope", "There is no such scope.")
    return tuple(one for one in SCOPES if one in asked)


def target(
    issuer: Issuer, client: ClientDetails, resource: str | None, scopes: tuple[str, ...]
) -> str:
    """Raises `OAuthError`. The base URL stands for the shopping API."""
    audience = issuer.audience_of(client)
    if (
        resource is not None
        and (issuer.shopping if resource == issuer.url else resource) != audience
    ):
        raise OAuthError("invalid_target", "The client has no tokens for this resource.")
    if not issuer.scopes_of(audience).issuperset(scopes):
        raise OAuthError("invalid_scope", "A token is for one resource, and its scopes too.")
    return audience
