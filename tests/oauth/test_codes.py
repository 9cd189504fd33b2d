"""A code is good once, for a minute, for one client, and for nobody without its verifier
(RFC 6749, 4.1.2; RFC 7636, 4.6; RFC 9700, 4.5).
"""

from asyncio import gather
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from infrastructure.identity.tables import codes
from tests.engines import asked as sql
from tests.oauth.shop import BACK, MERCHANT, SHOPPING, VERIFIER, Client, Shop, challenge_of


async def test_a_code_that_comes_twice_ends_what_came_of_it(shop: Shop, platform: Client) -> None:
    code = await shop.code(platform)
    tokens = (await shop.redeems(platform, code)).body
    assert await shop.is_active(tokens["access_token"])

    again = await shop.redeems(platform, code)

    assert again.error == "invalid_grant"
    assert (await shop.refreshes(platform, tokens["refresh_token"])).error == "invalid_grant"
    await shop.ends(tokens["access_token"])


async def test_of_a_crowd_with_one_code_nobody_keeps_anything(shop: Shop, platform: Client) -> None:
    code = await shop.code(platform)

    told = await gather(*(shop.redeems(platform, code) for _ in range(8)))

    good = [one.body for one in told if one.status == 200]
    assert len(good) == 1
    assert {one.error for one in told if one.status != 200} == {"invalid_grant"}
    assert (await shop.refreshes(platform, good[0]["refresh_token"])).error == "invalid_grant"


async def test_a_thief_without_the_verifier_ends_nothing(shop: Shop, platform: Client) -> None:
    code = await shop.code(platform)
    await shop.redeems(platform, code, code_verifier="w" * 43)
    tokens = (await shop.redeems(platform, code)).body

    await shop.redeems(shop.clients["other"], code)
    await shop.redeems(platform, code, code_verifier="w" * 43)

    assert (await shop.refreshes(platform, tokens["refresh_token"])).status == 200


@pytest.mark.parametrize("name", ["other", "public", "asserting"])
async def test_a_code_of_another_client_is_none(shop: Shop, platform: Client, name: str) -> None:
    code = await shop.code(platform)

    told = await shop.redeems(shop.clients[name], code)

    assert told.error == "invalid_grant"
    assert (await shop.redeems(platform, code)).status == 200


WRONG: dict[str, tuple[dict[str, str], str]] = {
    "no verifier": ({"code_verifier": ""}, "invalid_grant"),
    "another verifier": ({"code_verifier": VERIFIER[::-1]}, "invalid_grant"),
    "a short verifier": ({"code_verifier": VERIFIER[:42]}, "invalid_grant"),
    "a long verifier": ({"code_verifier": VERIFIER * 3}, "invalid_grant"),
    "a strange verifier": ({"code_verifier": "ü" * 43}, "invalid_grant"),
    "a verifier with more": ({"code_verifier": f"{VERIFIER} "}, "invalid_grant"),
    "no code": ({"code": ""}, "invalid_request"),
    "another code": ({"code": "fsc_nothing"}, "invalid_grant"),
    "no address": ({"redirect_uri": ""}, "invalid_grant"),
    "another address": ({"redirect_uri": f"{BACK}/"}, "invalid_grant"),
    "another resource": ({"resource": MERCHANT}, "invalid_target"),
    "a refresh token": ({"grant_type": "refresh_token"}, "invalid_request"),
}


@pytest.mark.ucp("OAU-9", "OAU-10", "SEC-7")
@pytest.mark.parametrize("name", ["platform", "public"])
@pytest.mark.parametrize(("other", "error"), WRONG.values(), ids=WRONG.keys())
async def test_everything_must_fit(
    shop: Shop, name: str, other: dict[str, str], error: str
) -> None:
    client = shop.clients[name]
    code = await shop.code(client)

    told = await shop.redeems(client, **{"code": code, **other})

    assert (told.status, told.error) == (400, error)
    assert (await shop.redeems(client, code, resource=SHOPPING)).status == 200


async def test_the_challenge_is_no_verifier(shop: Shop) -> None:
    """Whoever saw the request, and hopes for `plain`."""
    client = shop.clients["public"]
    code = await shop.code(client)

    told = await shop.redeems(client, code, code_verifier=challenge_of())

    assert told.error == "invalid_grant"


async def test_a_code_is_good_for_a_minute(shop: Shop, platform: Client) -> None:
    code = await shop.code(platform)
    with sql(shop.settings.database_url).begin() as connection:
        connection.execute(update(codes).values(expires_at=datetime.now(UTC)))

    assert (await shop.redeems(platform, code)).error == "invalid_grant"
