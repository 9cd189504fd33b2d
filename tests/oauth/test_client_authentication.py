"""How clients show that they are themselves, and how others fail to (RFC 6749, 2.3; RFC 7523)."""

from asyncio import gather
from base64 import b64encode
from dataclasses import replace
from json import dumps
from time import time
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey

from domain.contracts.identity import ASSERTION, ClientDetails, ClientId, RegisterClient
from tests.oauth.shop import (
    ISSUER,
    JWT_BEARER,
    ORDERS,
    SHOPPING,
    TOKEN_ENDPOINT,
    Client,
    Shop,
    Told,
)
from tests.oauth.signing import encoded, hashed, signed

ITSELF = {"grant_type": "client_credentials"}


def basic(name: str, secret: str) -> dict[str, str]:
    return {"authorization": f"Basic {b64encode(f'{name}:{secret}'.encode()).decode()}"}


async def asserts(shop: Shop, assertion: str, **said: str) -> Told:
    shown = {"client_assertion": assertion, "client_assertion_type": JWT_BEARER}
    return await shop.posts("/oauth/token", {**ITSELF, **shown, **said})


@pytest.fixture
def asserting(shop: Shop) -> Client:
    return shop.clients["asserting"]


async def test_a_secret_is_encoded_as_in_forms(shop: Shop, platform: Client) -> None:
    encoded_all = "".join(f"%{ord(letter):02X}" for letter in platform.secret)

    told = await shop.posts("/oauth/token", ITSELF, basic("%70latform", encoded_all))

    assert told.status == 200


WRONG_SECRETS: dict[str, dict[str, str]] = {
    "another secret": basic("platform", "fss_nothing"),
    "no secret": basic("platform", ""),
    "no client": basic("", "fss_nothing"),
    "an unknown client": basic("nobody", "fss_nothing"),
    "a disabled client": basic("disabled", "fss_nothing"),
    "a public client": basic("public", ""),
    "a public client with a secret": basic("public", "fss_nothing"),
    "a client with keys": basic("asserting", "fss_nothing"),
    "an endless name": basic("x" * 5000, "y"),
    "a name with a zero": basic("plat%00form", "y"),
    "broken encoding": basic("%ff", "%ff"),
    "broken base64": {"authorization": "Basic !!!"},
    "no base64": {"authorization": "Basic"},
    "no colon": {"authorization": f"Basic {b64encode(b'platform').decode()}"},
    "no ASCII": {"authorization": f"Basic {b64encode('plätform:ü'.encode()).decode()}"},
    "a bearer": {"authorization": "Bearer fss_nothing"},
    "a digest": {"authorization": 'Digest username="platform"'},
}


@pytest.mark.ucp("OAU-11")
@pytest.mark.parametrize("shown", WRONG_SECRETS.values(), ids=WRONG_SECRETS.keys())
@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke", "/oauth/introspect"])
async def test_all_who_do_not_prove_it_are_told_the_same(
    shop: Shop, shown: dict[str, str], path: str
) -> None:
    told = await shop.posts(path, {**ITSELF, "token": "x"}, shown)

    assert (told.status, told.error) == (401, "invalid_client")
    assert told.headers["www-authenticate"].startswith("Basic realm=")
    unknown = await shop.posts(path, {**ITSELF, "token": "x"}, basic("nobody", "nothing"))
    assert told.body == unknown.body


@pytest.mark.ucp("OAU-11")
async def test_a_client_shows_itself_in_the_way_it_is_registered_with(
    shop: Shop, asserting: Client
) -> None:
    told = [
        await shop.posts("/oauth/token", ITSELF),
        await shop.posts("/oauth/token", {**ITSELF, "client_id": "platform"}),
        await shop.posts("/oauth/token", {**ITSELF, "client_id": "asserting"}),
        await shop.posts("/oauth/token", {**ITSELF, "client_id": "nobody"}),
        await shop.posts("/oauth/token", {**ITSELF, "client_id": "disabled"}),
        await asserts(shop, replace(asserting, client_id="platform").assertion()),
        await asserts(shop, replace(asserting, client_id="public").assertion()),
    ]

    assert [one.error for one in told] == ["invalid_client"] * 7


async def test_a_secret_in_the_body_is_not_taken(shop: Shop, platform: Client) -> None:
    in_body = {**ITSELF, "client_id": "platform", "client_secret": platform.secret}

    told = await shop.posts("/oauth/token", in_body)

    assert (told.status, told.error) == (401, "invalid_client")


async def test_a_client_shows_itself_in_one_way_at_a_time(
    shop: Shop, platform: Client, asserting: Client
) -> None:
    header, _ = platform.shown()
    _, assertion = asserting.shown()

    told = [
        await shop.posts("/oauth/token", {**ITSELF, **assertion}, header),
        await shop.posts("/oauth/token", {**ITSELF, "client_secret": platform.secret}, header),
        await shop.posts("/oauth/token", {**ITSELF, **assertion, "client_secret": "x"}),
        await shop.posts("/oauth/token", {**ITSELF, "client_assertion": "x"}, header),
    ]

    assert [(one.status, one.error) for one in told] == [(400, "invalid_request")] * 4


async def test_a_name_beside_must_be_the_same(
    shop: Shop, platform: Client, asserting: Client
) -> None:
    header, _ = platform.shown()
    same = await shop.posts("/oauth/token", {**ITSELF, "client_id": "platform"}, header)
    other = await shop.posts("/oauth/token", {**ITSELF, "client_id": "other"}, header)

    assert same.status == 200
    assert other.error == "invalid_client"
    assert (await asserts(shop, asserting.assertion(), client_id="asserting")).status == 200
    assert (await asserts(shop, asserting.assertion(), client_id="other")).error == (
        "invalid_client"
    )


async def test_an_assertion_is_for_us(shop: Shop, asserting: Client) -> None:
    for audience in (TOKEN_ENDPOINT, ISSUER, [TOKEN_ENDPOINT], [ISSUER, TOKEN_ENDPOINT]):
        assert (await asserts(shop, asserting.assertion(aud=audience))).status == 200


async def test_an_assertion_is_good_once(shop: Shop, asserting: Client) -> None:
    once, crowd = asserting.assertion(), asserting.assertion()
    assert (await asserts(shop, once)).status == 200

    again = await asserts(shop, once)
    told = await gather(*(asserts(shop, crowd) for _ in range(6)))

    assert again.error == "invalid_client"
    assert sorted(one.status for one in told) == [200, *[401] * 5]


def wrong_claims() -> dict[str, dict[str, Any]]:
    now = int(time())
    return {
        "expired": {"exp": now - 1},
        "good for too long": {"exp": now + 400},
        "good for ever": {"exp": None},
        "good until infinity": {"exp": 1e999},
        "good until text": {"exp": "tomorrow"},
        "not good yet": {"nbf": now + 100},
        "made in the future": {"iat": now + 100},
        "without a name": {"jti": None},
        "with an empty name": {"jti": ""},
        "with an endless name": {"jti": "j" * 201},
        "with a number for a name": {"jti": 7},
        "for nobody": {"aud": None},
        "for no list": {"aud": []},
        "for somebody else": {"aud": "https://other.example"},
        "for somebody else too": {"aud": [TOKEN_ENDPOINT, "https://other.example"]},
        "for an API": {"aud": SHOPPING},
        "for us with a slash": {"aud": f"{ISSUER}/"},
        "for an object": {"aud": {"a": ISSUER}},
        "of another issuer": {"iss": "other"},
        "of no issuer": {"iss": None},
        "about nobody": {"sub": None, "iss": None},
        "about a list": {"sub": ["asserting"], "iss": ["asserting"]},
        "about somebody else": {"sub": "platform", "iss": "platform"},
    }


@pytest.mark.parametrize("name", wrong_claims())
async def test_an_assertion_says_who_to_whom_and_until_when(
    shop: Shop, asserting: Client, name: str
) -> None:
    told = await asserts(shop, asserting.assertion(**wrong_claims()[name]))

    assert (told.status, told.error) == (401, "invalid_client")


HEADS: dict[str, dict[str, Any]] = {
    "with keys to fetch": {"jku": "https://evil.example/jwks"},
    "with a certificate to fetch": {"x5u": "https://evil.example/x5u"},
    "with certificates": {"x5c": ["MIIB"]},
    "of another key": {"kid": "another"},
    "of a file": {"kid": "../../dev/null"},
    "an access token": {"typ": "at+jwt"},
    "critical": {"crit": ["kid"]},
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
async def test_what_a_header_names_is_not_fetched(
    shop: Shop, asserting: Client, head: dict[str, Any]
) -> None:
    told = await asserts(shop, asserting.assertion(head=head))

    assert (told.status, told.error) == (401, "invalid_client")


async def test_nobody_else_signs_for_a_client(shop: Shop, asserting: Client) -> None:
    assert asserting.key
    other, rsa = ECKey.generate_key("P-256"), RSAKey.generate_key(2048)
    now = int(time())
    claims = {
        "iss": "asserting", "sub": "asserting", "aud": ISSUER, "exp": now + 60, "jti": "forged"
    }  # fmt: skip
    head = {"alg": "ES256", "kid": asserting.key.kid}
    public = asserting.key.as_pem(private=False)

    for forged in (
        signed(other, head, claims),
        signed(other, {**head, "jwk": other.as_dict(private=False)}, claims),
        signed(rsa, {**head, "alg": "RS256"}, claims),
        hashed(public, {**head, "alg": "HS256"}, claims),
        hashed(b"", {**head, "alg": "HS256"}, claims),
        f"{encoded({**head, 'alg': 'none'})}.{encoded(claims)}.",
        f"{encoded({**head, 'alg': 'none'})}.{encoded(claims)}.{encoded(b'x')}",
        f"{encoded(head)}.{encoded(b'[' * 5000)}.{encoded(b'x')}",
        f"{encoded(b'[' * 5000)}.{encoded(claims)}.{encoded(b'x')}",
        *("a.b.c", "x", "...", "x" * 15_000),
    ):
        assert (await asserts(shop, forged)).error == "invalid_client"
    good = {**claims, "jti": "not used up by any of these"}
    assert (await asserts(shop, signed(asserting.key, head, good))).status == 200


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
async def test_keys_may_be_of_rsa(shop: Shop, algorithm: str) -> None:
    key = RSAKey.generate_key(2048)
    name = ClientId(f"of-{algorithm}")
    jwks = dumps({"keys": [key.as_dict(private=False)]})
    details = ClientDetails(
        client_id=name, name="RSA", auth_method=ASSERTION, public_keys=jwks, scopes=(ORDERS,)
    )
    await shop.identity.register_client(RegisterClient(details=details))
    claims = {
        "iss": name, "sub": name, "aud": ISSUER, "exp": int(time()) + 60, "jti": "once"
    }  # fmt: skip

    told = await asserts(shop, signed(key, {"alg": algorithm}, claims))

    assert told.status == 200


async def test_another_kind_of_assertion_is_not_taken(shop: Shop, asserting: Client) -> None:
    said = {**ITSELF, "client_assertion": asserting.assertion()}
    saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"

    none = await shop.posts("/oauth/token", said)
    other = await shop.posts("/oauth/token", {**said, "client_assertion_type": saml})
    empty = await shop.posts("/oauth/token", {**ITSELF, "client_assertion_type": JWT_BEARER})

    assert [none.error, other.error, empty.error] == [*["invalid_request"] * 2, "invalid_client"]


async def test_public_clients_and_resource_servers_do_nothing_by_themselves(shop: Shop) -> None:
    public = await shop.asks(shop.clients["public"], **ITSELF)
    resource = await shop.asks(shop.clients["resource"], **ITSELF)

    assert [public.error, resource.error] == ["unauthorized_client"] * 2


@pytest.mark.parametrize("scope", ["orders:read", "openid", "everything", "dev.ucp"])
async def test_a_client_does_by_itself_what_it_is_registered_with(
    shop: Shop, platform: Client, scope: str
) -> None:
    told = await shop.asks(platform, **ITSELF, scope=scope)
    narrow = await shop.asks(
        shop.clients["narrow"], **ITSELF, scope="dev.ucp.shopping.checkout:manage"
    )

    assert [told.error, narrow.error] == ["invalid_scope"] * 2
