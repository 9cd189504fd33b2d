"""What is taken back is good for nothing, anywhere, within a second (RFC 7009, RFC 7662)."""

from functools import partial
from pathlib import Path

import pytest
from aiohttp import ClientSession
from sqlalchemy import update
from starlette.applications import Starlette

from app.edge import internal
from app.edge.tokens import BadToken, Tokens
from app.house import opened
from domain.contracts.identity import Identity
from domain.shared.model import OutcomeUnknown, TryAgainLater
from infrastructure.identity.tables import accounts, clients
from infrastructure.shared.calls.http_line import over_http
from infrastructure.shared.calls.wire import far
from infrastructure.shared.clock import utc_now
from tests.conftest import SEAL
from tests.engines import asked as sql
from tests.oauth.shop import (
    ACCOUNTS,
    BUYER_ID,
    CHECKOUTS,
    ISSUER,
    ORDERS,
    SHOPPING,
    Client,
    Shop,
    a_served_shop,
)
from tests.servers import served_here


@pytest.mark.ucp("OAU-15")
@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
@pytest.mark.parametrize("name", ["platform", "public", "asserting"])
async def test_whatever_is_revoked_ends_the_grant(shop: Shop, name: str, kind: str) -> None:
    client = shop.clients[name]
    first = await shop.linked(client)
    second = (await shop.refreshes(client, first["refresh_token"])).body
    assert await shop.is_active(first["access_token"])

    told = await shop.asks(client, "/oauth/revoke", token=second[kind], token_type_hint="anything")

    assert (told.status, told.headers["cache-control"]) == (200, "no-store")
    await shop.ends(first["access_token"])
    await shop.ends(second["access_token"])
    assert (await shop.refreshes(client, second["refresh_token"])).error == "invalid_grant"
    again = await shop.asks(client, "/oauth/revoke", token=second[kind])
    assert again.status == 200


async def test_a_spent_refresh_token_is_revoked_like_any_other(
    shop: Shop, platform: Client
) -> None:
    first = await shop.linked(platform)
    second = (await shop.refreshes(platform, first["refresh_token"])).body

    await shop.asks(platform, "/oauth/revoke", token=first["refresh_token"])

    await shop.ends(second["access_token"])


async def test_a_client_revokes_what_is_its_own(shop: Shop, platform: Client) -> None:
    tokens, other = await shop.linked(platform), shop.clients["other"]

    told = [
        await shop.asks(other, "/oauth/revoke", token=tokens["access_token"]),
        await shop.asks(other, "/oauth/revoke", token=tokens["refresh_token"]),
    ]

    assert [one.error for one in told] == ["invalid_grant"] * 2
    assert (await shop.refreshes(platform, tokens["refresh_token"])).status == 200


@pytest.mark.parametrize("token", ["nothing", "fsr_nothing", "a.b.c", "é", "x" * 9000])
async def test_what_is_no_token_is_good_for_nothing_already(
    shop: Shop, platform: Client, token: str
) -> None:
    revoked = await shop.asks(platform, "/oauth/revoke", token=token)
    known = await shop.asks(platform, "/oauth/introspect", token=token)

    assert (revoked.status, revoked.body) == (200, {})
    assert (known.status, known.body) == (200, {"active": False})


async def test_a_resource_server_learns_what_a_token_is(shop: Shop, platform: Client) -> None:
    token = (await shop.linked(platform, ORDERS, CHECKOUTS))["access_token"]

    told = [
        await shop.asks(shop.clients[name], "/oauth/introspect", token=token)
        for name in ("resource", "platform")
    ]

    assert told[0].body == told[1].body
    assert told[0].body.pop("exp") - told[0].body.pop("iat") in (598, 599, 600)
    assert told[0].body == {
        "active": True,
        "token_type": "Bearer",
        "iss": ISSUER,
        "aud": SHOPPING,
        "sub": BUYER_ID,
        "client_id": "platform",
        "scope": f"{CHECKOUTS} {ORDERS}",
    }


async def test_nobody_else_learns_anything(shop: Shop, platform: Client) -> None:
    tokens = await shop.linked(platform, "openid")

    told = [
        await shop.asks(shop.clients["other"], "/oauth/introspect", token=tokens["access_token"]),
        await shop.asks(shop.clients["resource"], "/oauth/introspect", token=tokens["id_token"]),
        await shop.asks(
            shop.clients["resource"], "/oauth/introspect", token=tokens["refresh_token"]
        ),
    ]

    assert [one.body for one in told] == [{"active": False}] * 3


@pytest.mark.ucp("OAU-15")
async def test_who_cannot_show_who_it_is_may_not_try_out_tokens(shop: Shop) -> None:
    public = shop.clients["public"]
    tokens = await shop.linked(public)

    told = await shop.asks(public, "/oauth/introspect", token=tokens["access_token"])

    assert (told.status, told.error) == (401, "invalid_client")


@pytest.mark.ucp("OAU-15", "SEC-7")
async def test_a_revoked_token_opens_nothing_in_any_process_after_a_second(
    shop: Shop, platform: Client
) -> None:
    """On the same database in another house, and in one that asks identity over the wire."""
    inside = Starlette()
    internal.open_to(inside, Identity, shop.identity, SEAL)
    async with opened(shop.settings) as another:
        passed = [0.0]
        here = Tokens(another.contract(Identity), ISSUER, utc_now, lambda: passed[0])
        async with served_here(inside) as url, ClientSession(url) as line:
            away = far(Identity, partial(over_http, line, SEAL, Identity))
            there = Tokens(away, ISSUER, utc_now, lambda: passed[0])
            token = await shop.linked(platform)
            for process in (here, there):
                known = await process.verified(token["access_token"], SHOPPING)
                assert known.standing.email == "buyer@example.com"

            await shop.asks(platform, "/oauth/revoke", token=token["refresh_token"])

            passed[0] = 1.0
            for process in (here, there):
                with pytest.raises(BadToken):
                    await process.verified(token["access_token"], SHOPPING)


async def test_nobody_is_let_in_where_identity_cannot_be_asked(
    shop: Shop, platform: Client
) -> None:
    token = (await shop.linked(platform))["access_token"]
    async with ClientSession("http://127.0.0.1:9") as line:
        there = Tokens(far(Identity, partial(over_http, line, SEAL, Identity)), ISSUER, utc_now)

        with pytest.raises((OutcomeUnknown, TryAgainLater)):
            await there.verified(token, SHOPPING)


@pytest.mark.parametrize("who", ["account", "client"])
async def test_who_is_disabled_has_no_good_token(tmp_path: Path, who: str) -> None:
    async with a_served_shop(tmp_path) as shop:
        platform = shop.clients["platform"]
        tokens, code = await shop.linked(platform), await shop.code(platform)
        assert await shop.is_active(tokens["access_token"])
        change = {
            "account": update(accounts).where(accounts.c.account_id == ACCOUNTS["buyer"]),
            "client": update(clients).where(clients.c.client_id == "platform"),
        }[who]

        with sql(shop.settings.database_url).begin() as connection:
            connection.execute(change.values(is_disabled=True))

        await shop.ends(tokens["access_token"])
        expected = {"account": "invalid_grant", "client": "invalid_client"}[who]
        assert (await shop.refreshes(platform, tokens["refresh_token"])).error == expected
        assert (await shop.redeems(platform, code)).error == expected
