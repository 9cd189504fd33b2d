"""What clients read before they come (RFC 8414, RFC 9728, OpenID Connect Discovery 1.0)."""

import pytest

from domain.contracts.identity import OPENID_SCOPES, SHOPPING_SCOPES, STAFF_SCOPES
from tests.oauth.shop import ISSUER, MERCHANT, SHOPPING, Shop

SERVER = "/.well-known/oauth-authorization-server"
PROVIDER = "/.well-known/openid-configuration"
RESOURCE = "/.well-known/oauth-protected-resource"


@pytest.mark.ucp("OAU-5", "OAU-6", "OAU-7", "OAU-12", "OAU-13")
@pytest.mark.parametrize("path", [SERVER, PROVIDER])
async def test_the_server_says_what_ucp_asks_for(shop: Shop, path: str) -> None:
    told = await shop.gets(path)

    said = told.body
    assert (told.status, told.headers["content-type"]) == (200, "application/json")
    assert "max-age" in told.headers["cache-control"]
    assert said["issuer"] == ISSUER
    assert said["authorization_endpoint"] == f"{ISSUER}/authorize"
    assert set(said["scopes_supported"]) == {*OPENID_SCOPES, *SHOPPING_SCOPES, *STAFF_SCOPES}
    assert said["response_types_supported"] == ["code"]
    assert said["code_challenge_methods_supported"] == ["S256"]
    assert said["authorization_response_iss_parameter_supported"] is True
    proven = ["private_key_jwt", "client_secret_basic"]
    for endpoint, methods in (
        ("token", [*proven, "none"]),
        ("revocation", [*proven, "none"]),
        ("introspection", proven),
    ):
        assert said[f"{endpoint}_endpoint_auth_methods_supported"] == methods
        assert said[f"{endpoint}_endpoint_auth_signing_alg_values_supported"] == [
            *("ES256", "PS256", "RS256")
        ]


@pytest.mark.ucp("OAU-23")
async def test_everything_that_is_named_is_there(shop: Shop) -> None:
    said = (await shop.gets(PROVIDER)).body

    for name, url in said.items():
        if name.endswith(("_endpoint", "_uri")):
            path = url.removeprefix(ISSUER)
            async with shop.http.get(path, allow_redirects=False) as reply:
                assert reply.status != 404, name


async def test_grants_that_were_dropped_are_not_offered(shop: Shop) -> None:
    """No implicit grant, no password (RFC 9700, 2.1.2 and 2.4)."""
    said = (await shop.gets(SERVER)).body

    assert set(said["grant_types_supported"]) == {
        *("authorization_code", "refresh_token", "client_credentials")
    }


@pytest.mark.ucp("OAU-17")
@pytest.mark.parametrize(
    ("suffix", "resource", "scopes"),
    [
        ("", ISSUER, SHOPPING_SCOPES),
        ("/ucp/v1", SHOPPING, SHOPPING_SCOPES),
        ("/v1", MERCHANT, STAFF_SCOPES),
    ],
)
async def test_each_resource_says_who_opens_it(
    shop: Shop, suffix: str, resource: str, scopes: tuple[str, ...]
) -> None:
    said = (await shop.gets(RESOURCE + suffix)).body

    assert said["resource"] == resource
    assert said["authorization_servers"] == [ISSUER]
    assert said["scopes_supported"] == sorted(scopes)
    assert said["bearer_methods_supported"] == ["header"]


async def test_keys_are_public_and_may_be_kept_for_minutes(shop: Shop) -> None:
    told = await shop.gets("/oauth/jwks")

    (key,) = told.body["keys"]
    assert key.keys() == {"kty", "crv", "x", "y", "kid", "alg", "use"}
    assert told.headers["cache-control"] == "public, max-age=300"
