"""A refresh token is good once; a second time ends everything (RFC 6749, 6; RFC 9700, 4.14)."""

from asyncio import gather

import pytest

from tests.oauth.shop import CHECKOUTS, MERCHANT, ORDERS, SHOPPING, Client, Shop, read


async def test_a_token_that_comes_twice_ends_its_whole_family(shop: Shop, platform: Client) -> None:
    first = await shop.linked(platform)
    second = (await shop.refreshes(platform, first["refresh_token"])).body

    again = await shop.refreshes(platform, first["refresh_token"])

    assert again.error == "invalid_grant"
    assert (await shop.refreshes(platform, second["refresh_token"])).error == "invalid_grant"
    await shop.ends(first["access_token"])
    await shop.ends(second["access_token"])


async def test_other_grants_of_the_same_client_go_on(shop: Shop, platform: Client) -> None:
    stolen, other = await shop.linked(platform), await shop.linked(platform)
    await shop.refreshes(platform, stolen["refresh_token"])
    await shop.refreshes(platform, stolen["refresh_token"])

    assert (await shop.refreshes(platform, other["refresh_token"])).status == 200


@pytest.mark.parametrize("name", ["platform", "public"])
async def test_of_a_crowd_at_most_one_goes_on(shop: Shop, name: str) -> None:
    client = shop.clients[name]
    token = (await shop.linked(client))["refresh_token"]

    told = await gather(*(shop.refreshes(client, token) for _ in range(8)))

    good = [one.body for one in told if one.status == 200]
    assert len(good) == 1
    assert {one.error for one in told if one.status != 200} == {"invalid_grant"}
    assert (await shop.refreshes(client, good[0]["refresh_token"])).error == "invalid_grant"


@pytest.mark.parametrize("name", ["other", "public", "asserting"])
async def test_a_token_of_another_client_is_none_and_ends_nothing(
    shop: Shop, platform: Client, name: str
) -> None:
    token = (await shop.linked(platform))["refresh_token"]

    told = await shop.refreshes(shop.clients[name], token)

    assert told.error == "invalid_grant"
    assert (await shop.refreshes(platform, token)).status == 200


@pytest.mark.parametrize(
    "scope", [f"{ORDERS} {CHECKOUTS}", CHECKOUTS, "openid", "orders:refund", "everything"]
)
async def test_a_scope_is_never_widened(shop: Shop, platform: Client, scope: str) -> None:
    token = (await shop.linked(platform, ORDERS))["refresh_token"]

    told = await shop.refreshes(platform, token, scope=scope)

    assert told.error == "invalid_scope"
    assert (await shop.refreshes(platform, token, resource=MERCHANT)).error == "invalid_target"
    assert (await shop.refreshes(platform, token, resource=SHOPPING)).body["scope"] == ORDERS


async def test_a_narrowed_token_opens_less(shop: Shop, platform: Client) -> None:
    whole = await shop.linked(platform, ORDERS, CHECKOUTS)
    narrow = (await shop.refreshes(platform, whole["refresh_token"], scope=ORDERS)).body

    told = await shop.asks(platform, "/oauth/introspect", token=narrow["access_token"])

    assert told.body["scope"] == ORDERS


@pytest.mark.parametrize("token", ["fsr_nothing", "nothing", "é", "x" * 5000])
async def test_what_is_no_refresh_token_is_none(shop: Shop, platform: Client, token: str) -> None:
    assert (await shop.refreshes(platform, token)).error == "invalid_grant"


async def test_an_access_token_does_not_refresh(shop: Shop, platform: Client) -> None:
    token = (await shop.linked(platform))["access_token"]

    assert (await shop.refreshes(platform, token)).error == "invalid_grant"
    assert (await shop.asks(platform, grant_type="refresh_token")).error == "invalid_request"


async def test_the_owner_stays_the_same(shop: Shop, platform: Client) -> None:
    first = await shop.linked(platform, "openid", nonce="once")

    second = (await shop.refreshes(platform, first["refresh_token"])).body

    same = ("sub", "aud", "client_id", "grant", "auth_time")
    told = read(first["access_token"]), read(second["access_token"])
    assert [told[0][name] for name in same] == [told[1][name] for name in same]
    assert "id_token" not in second
