"""What clients read of us before they come: RFC 8414, OpenID Connect Discovery 1.0, RFC 9728."""

from collections.abc import Mapping
from typing import Any

from app.oauth.assertions import ALGORITHMS
from app.oauth.issuer import SCOPES, Issuer
from domain.contracts.identity import ASSERTION, NONE, OPENID_SCOPES, SECRET


def of_server(issuer: Issuer) -> Mapping[str, Any]:
    signed = {"endpoint_auth_signing_alg_values_supported": list(ALGORITHMS)}
    methods = [ASSERTION, SECRET]
    return {
        "issuer": issuer.url,
        "authorization_endpoint": issuer.authorization_endpoint,
        "token_endpoint": issuer.token_endpoint,
        "revocation_endpoint": f"{issuer.url}/oauth/revoke",
        "introspection_endpoint": f"{issuer.url}/oauth/introspect",
        "jwks_uri": f"{issuer.url}/oauth/jwks",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        **{
            f"{endpoint}_{name}": value
            for endpoint, all_methods in (
                ("token", [*methods, NONE]),
                ("revocation", [*methods, NONE]),
                ("introspection", methods),
            )
            for name, value in (signed | {"endpoint_auth_methods_supported": all_methods}).items()
        },
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "protected_resources": list(issuer.audiences),
    }


def of_provider(issuer: Issuer) -> Mapping[str, Any]:
    return {
        **of_server(issuer),
        "userinfo_endpoint": f"{issuer.url}/oauth/userinfo",
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "email"],
        "claims_parameter_supported": False,
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
    }


def of_resource(issuer: Issuer, resource: str) -> Mapping[str, Any]:
    """The base URL stands for the shopping API."""
    audience = issuer.shopping if resource == issuer.url else resource
    scopes = issuer.scopes_of(audience) - set(OPENID_SCOPES)
    return {
        "resource": resource,
        "authorization_servers": [issuer.url],
        "jwks_uri": f"{issuer.url}/oauth/jwks",
        "scopes_supported": sorted(scopes),
        "bearer_methods_supported": ["header"],
        "resource_name": "Shopping API" if audience == issuer.shopping else "Merchant API",
    }
