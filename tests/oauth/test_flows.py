"""What clients come for: tokens, on every way that there is to one (RFC 6749, 7523, 9068)."""

from datetime import UTC, datetime

import pytest

from domain.contracts.identity import STAFF
from domain.shared.ids import public
from tests.oauth.shop import (
    ACCOUNTS,
    BUYER_ID,
    CHECKOUTS,
    ISSUER,
    LOOPBACK,
    MERCHANT,
    ORDERS,
    SHOPPING,
    SIGNED_IN,
    Client,
    Shop,
    read,
)


@pytest.mark.ucp("OAU-4")
@pytest.mark.parametrize("name", ["platform", "asserting", "public"])
async def test_whoever_agrees_gives_a_client_tokens(shop: Shop, name: str) -> None:
    client = shop.clients[name]

    told = await shop.agreed(client, ORDERS, state="one & two")
    tokens = await shop.redeems(client, told["code"])

    assert told["state"] == "one & two"
    assert told["iss"] == ISSUER
    assert tokens.status == 200
    assert tokens.headers["cache-control"] == "no-store"
    assert tokens.body.keys() == {
        *("access_token", "token_type", "expires_in", "scope", "refresh_token"),
    }
    assert tokens.body["token_type"] == "Bearer"
    assert 598 <= tokens.body["expires_in"] <= 600
    assert tokens.body["scope"] == ORDERS


async def test_an_access_token_says_what_rfc_9068_asks_for(shop: Shop, platform: Client) -> None:
    token = (await shop.linked(platform, ORDERS))["access_token"]

    head, claims = read(token, 0), read(token)

    assert (head["typ"], head["alg"]) == ("at+jwt", "ES256")
    assert head["kid"] in [key["kid"] for key in (await shop.gets("/oauth/jwks")).body["keys"]]
    assert claims["iss"] == ISSUER
    assert claims["aud"] == SHOPPING
    assert claims["sub"] == BUYER_ID
    assert claims["client_id"] == "platform"
    assert claims["scope"] == ORDERS
    assert claims["auth_time"] == SIGNED_IN.timestamp()
    assert 598 <= claims["exp"] - claims["iat"] <= 600
    assert abs(claims["iat"] - datetime.now(UTC).timestamp()) < 30
    assert len(claims["jti"]) > 20


async def test_no_two_tokens_are_the_same(shop: Shop, platform: Client) -> None:
    names = {read((await shop.linked(platform))["access_token"])["jti"] for _ in range(3)}

    assert len(names) == 3


async def test_a_member_of_staff_lets_an_application_work_for_them(shop: Shop) -> None:
    application = shop.clients["application"]

    tokens = await shop.linked(application, "orders:read", "identity:write", kind=STAFF)

    claims = read(tokens["access_token"])
    assert claims["aud"] == MERCHANT
    assert claims["sub"] == public("acc", ACCOUNTS[STAFF])
    told = await shop.asks(application, "/oauth/introspect", token=tokens["access_token"])
    assert told.body["scope"] == "orders:read"  # a supporter may not let others in


async def test_a_client_acts_for_itself(shop: Shop, platform: Client) -> None:
    told = await shop.asks(platform, grant_type="client_credentials", scope=CHECKOUTS)

    claims = read(told.body["access_token"])
    assert told.body.keys() == {"access_token", "token_type", "expires_in", "scope"}
    assert (claims["sub"], claims["client_id"], claims["aud"]) == ("platform", "platform", SHOPPING)
    assert claims["scope"] == CHECKOUTS
    assert "auth_time" not in claims
    assert await shop.is_active(told.body["access_token"])


async def test_a_client_that_asks_for_nothing_gets_what_it_is_registered_with(shop: Shop) -> None:
    told = await shop.asks(shop.clients["narrow"], grant_type="client_credentials")

    assert told.body["scope"] == ORDERS


async def test_a_resource_may_be_named(shop: Shop, platform: Client) -> None:
    code = await shop.code(platform, resource=SHOPPING)
    redeemed = await shop.redeems(platform, code, resource=SHOPPING)
    whole = await shop.linked(platform, resource=ISSUER)
    itself = await shop.asks(platform, grant_type="client_credentials", resource=SHOPPING)

    told = (redeemed.body["access_token"], whole["access_token"], itself.body["access_token"])
    assert [read(token)["aud"] for token in told] == [SHOPPING] * 3


@pytest.mark.ucp("OAU-10")
async def test_a_program_on_the_owners_machine_takes_whatever_port_is_free(shop: Shop) -> None:
    client, back = shop.clients["public"], LOOPBACK.replace("127.0.0.1", "127.0.0.1:50123")

    code = await shop.code(client, redirect_uri=back)

    assert (await shop.redeems(client, code, redirect_uri=LOOPBACK)).error == "invalid_grant"
    assert (await shop.redeems(client, code, redirect_uri=back)).status == 200


async def test_a_refresh_token_is_good_once_and_brings_the_next(
    shop: Shop, platform: Client
) -> None:
    first = await shop.linked(platform, ORDERS, CHECKOUTS)

    second = await shop.refreshes(platform, first["refresh_token"])
    third = await shop.refreshes(platform, second.body["refresh_token"])

    assert third.status == 200
    told = {first["refresh_token"], second.body["refresh_token"], third.body["refresh_token"]}
    assert len(told) == 3
    assert third.body["scope"] == first["scope"]
    assert await shop.is_active(first["access_token"])


async def test_a_token_may_be_narrower_than_its_grant(shop: Shop, platform: Client) -> None:
    first = await shop.linked(platform, ORDERS, CHECKOUTS)

    narrow = await shop.refreshes(platform, first["refresh_token"], scope=ORDERS)
    whole = await shop.refreshes(platform, narrow.body["refresh_token"])

    assert narrow.body["scope"] == read(narrow.body["access_token"])["scope"] == ORDERS
    assert set(whole.body["scope"].split()) == {ORDERS, CHECKOUTS}


async def test_an_id_token_says_who_agreed(shop: Shop, platform: Client) -> None:
    tokens = await shop.linked(platform, "openid", ORDERS, nonce="once")

    head, claims = read(tokens["id_token"], 0), read(tokens["id_token"])

    assert (head["typ"], head["alg"]) == ("JWT", "ES256")
    assert claims.keys() == {"iss", "aud", "sub", "iat", "exp", "nonce", "auth_time"}
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (ISSUER, "platform", "once")
    assert claims["sub"] == read(tokens["access_token"])["sub"] == BUYER_ID
    assert claims["auth_time"] == SIGNED_IN.timestamp()


async def test_user_info_tells_what_was_agreed_to(shop: Shop, platform: Client) -> None:
    told = []
    for scopes in (("openid", "email"), ("openid",)):
        token = (await shop.linked(platform, *scopes))["access_token"]
        bearer = {"authorization": f"Bearer {token}"}
        told.append((await shop.gets("/oauth/userinfo", bearer)).body)
        told.append((await shop.posts("/oauth/userinfo", "", bearer)).body)

    everything = {"sub": BUYER_ID, "email": "buyer@example.com", "email_verified": True}
    assert told == [everything, everything, {"sub": BUYER_ID}, {"sub": BUYER_ID}]


async def test_user_info_is_for_who_was_let_to_know(shop: Shop, platform: Client) -> None:
    token = (await shop.linked(platform, ORDERS))["access_token"]

    none = await shop.gets("/oauth/userinfo")
    bad = await shop.gets("/oauth/userinfo", {"authorization": "Bearer nothing"})
    narrow = await shop.gets("/oauth/userinfo", {"authorization": f"Bearer {token}"})

    assert (none.status, bad.status, narrow.status) == (401, 401, 403)
    assert 'error="invalid_token"' in bad.headers["www-authenticate"]
    assert 'error="insufficient_scope"' in narrow.headers["www-authenticate"]
