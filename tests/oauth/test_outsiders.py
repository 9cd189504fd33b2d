"""Clients that others wrote, in JavaScript and in Python, complete every flow at a running shop."""

import json
from asyncio import run
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import ECKey, KeySet

from app.house import opened
from app.settings import Settings
from domain.contracts.identity import (
    APPLICATION,
    ASSERTION,
    NONE,
    OPENID_SCOPES,
    PLATFORM,
    RESOURCE,
    SECRET,
    SHOPPING_SCOPES,
    ClientDetails,
    ClientId,
    Identity,
    RegisterClient,
)
from tests.conftest import a_shop
from tests.oauth.buyers import agree, join, refuse, turned_away
from tests.oauth.forms import Browser, a_browser
from tests.oauth.javascript import a_javascript_client
from tests.oauth.outsiders import Failed, Outsider
from tests.oauth.python import a_python_client
from tests.processes import Process, freestone, running

OUTSIDERS: dict[str, Callable[[], AbstractAsyncContextManager[Outsider]]] = {
    "oauth4webapi": a_javascript_client,
    "oauthlib": a_python_client,
}
BACK = "http://127.0.0.1:8910/back"
CHECKOUT = "dev.ucp.shopping.checkout:manage"
ORDERS = "dev.ucp.shopping.order:read"
WANTED = f"openid email {CHECKOUT} {ORDERS}"
READS = ("catalog:read", "orders:read")
KEY = ECKey.generate_key("P-256", {"kid": "a-key-of-the-client"}, auto_kid=False)


@dataclass(frozen=True)
class Shop:
    process: Process
    mail: Path
    secrets: dict[str, str]

    @property
    def url(self) -> str:
        return self.process.url

    @property
    def shopping(self) -> str:
        return f"{self.url}/ucp/v1"

    @property
    def merchant(self) -> str:
        return f"{self.url}/v1"

    def shown(self, client_id: str) -> dict[str, Any]:
        """What a client of this id shows itself by."""
        if client_id == ASSERTION:
            return {"client_id": client_id, "key": KEY.as_dict(private=True), "kid": KEY.kid}
        return {"client_id": client_id, "secret": self.secrets.get(client_id)}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("outsiders")
    mail = folder / "mail"
    settings = a_shop(folder, keys_folder=str(folder / "keys"), mail_url=f"file:{mail}")
    freestone("migrate", **settings)
    secrets = run(_registered(Settings(**settings)))
    with running(folder / "log", **settings) as process:
        yield Shop(process, mail, secrets)


async def _registered(settings: Settings) -> dict[str, str]:
    """A client of each kind, whose id says which; the secrets of those that have one."""
    keys = KeySet([KEY]).as_dict(private=False)
    platforms = [
        ClientDetails(
            client_id=ClientId(method),
            name=f"Shows {method}",
            kind=PLATFORM,
            redirect_uris=(BACK,),
            auth_method=method,
            public_keys=json.dumps(keys) if method == ASSERTION else "",
            scopes=(*OPENID_SCOPES, *SHOPPING_SCOPES),
        )
        for method in (NONE, ASSERTION, SECRET)
    ]
    others = [
        ClientDetails(
            client_id=ClientId(APPLICATION), name="Back office", kind=APPLICATION, scopes=READS
        ),
        ClientDetails(client_id=ClientId(RESOURCE), name="Asks what tokens are", kind=RESOURCE),
    ]
    secrets = {}
    async with opened(settings) as house:
        for details in (*platforms, *others):
            made = await house.contract(Identity).register_client(RegisterClient(details=details))
            if made.secret:
                secrets[str(details.client_id)] = made.secret
    return secrets


@pytest.fixture(params=OUTSIDERS)
async def outsider(request: pytest.FixtureRequest, shop: Shop) -> AsyncIterator[Outsider]:
    """One that has read the metadata of the shop."""
    async with OUTSIDERS[request.param]() as client:
        await client.does("discover", issuer=shop.url, algorithm="oauth2")
        yield client


@pytest.fixture
async def buyer(shop: Shop) -> AsyncIterator[Browser]:
    """The browser of somebody who has signed in."""
    async with a_browser(shop.url) as browser:
        await join(browser, shop.mail)
        yield browser


@pytest.fixture(autouse=True)
def _loopback_has_no_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


async def linked(
    outsider: Outsider, shop: Shop, buyer: Browser, client_id: str = SECRET, **more: Any
) -> dict[str, Any]:
    """The tokens of a client that a buyer has agreed to."""
    await outsider.does("become", **shop.shown(client_id))
    asked = {"redirect_uri": BACK, "scope": WANTED, "resource": shop.shopping, **more}
    told = await outsider.does("ask", **asked)
    return await outsider.does("redeem", url=await agree(buyer, told["url"]))


async def is_active(outsider: Outsider, shop: Shop, token: str) -> bool:
    """What a resource server is told of a token."""
    await outsider.does("become", **shop.shown(RESOURCE))
    return bool((await outsider.does("introspect", token=token))["active"])


async def is_over(outsider: Outsider, shop: Shop, token: str) -> bool:
    """Whether that is told within a second."""
    until = monotonic() + 1
    while await is_active(outsider, shop, token):
        if monotonic() > until:
            return False
    return True


async def test_both_ways_of_discovery_tell_the_same(outsider: Outsider, shop: Shop) -> None:
    by_oauth = await outsider.does("discover", issuer=shop.url, algorithm="oauth2")
    by_openid = await outsider.does("discover", issuer=shop.url, algorithm="oidc")

    assert by_openid.items() >= by_oauth.items()
    assert by_oauth["issuer"] == shop.url
    assert by_oauth["code_challenge_methods_supported"] == ["S256"]
    assert by_oauth["authorization_response_iss_parameter_supported"] is True


@pytest.mark.parametrize("client_id", [NONE, ASSERTION, SECRET])
async def test_a_buyer_links_an_account_to_a_platform(
    outsider: Outsider, shop: Shop, buyer: Browser, client_id: str
) -> None:
    tokens = await linked(outsider, shop, buyer, client_id, nonce=True)

    assert tokens["token_type"].lower() == "bearer"
    assert tokens["claims"]["aud"] == client_id
    told = await outsider.does(
        "verify", access_token=tokens["access_token"], audience=shop.shopping
    )
    assert (told["client_id"], told["sub"]) == (client_id, tokens["claims"]["sub"])
    assert set(told["scope"].split()) == set(WANTED.split())


async def test_a_client_is_told_who_the_buyer_is(
    outsider: Outsider, shop: Shop, buyer: Browser
) -> None:
    await outsider.does("discover", issuer=shop.url, algorithm="oidc")
    tokens = await linked(outsider, shop, buyer, nonce=True)

    subject = tokens["claims"]["sub"]
    who = await outsider.does("ask_who", access_token=tokens["access_token"], subject=subject)

    assert who["sub"] == subject
    assert who["email"].endswith("@example.com")
    assert who["email_verified"] is True


@pytest.mark.parametrize("client_id", [NONE, ASSERTION, SECRET])
async def test_a_refresh_token_is_good_once(
    outsider: Outsider, shop: Shop, buyer: Browser, client_id: str
) -> None:
    first = await linked(outsider, shop, buyer, client_id)

    second = await outsider.does("refresh", refresh_token=first["refresh_token"])

    assert second["refresh_token"] != first["refresh_token"]
    with pytest.raises(Failed) as again:
        await outsider.does("refresh", refresh_token=first["refresh_token"])
    assert again.value.kind == "invalid_grant"
    with pytest.raises(Failed) as family:
        await outsider.does("refresh", refresh_token=second["refresh_token"])
    assert family.value.kind == "invalid_grant"
    assert await is_over(outsider, shop, second["access_token"])


async def test_a_client_acts_in_its_own_name(outsider: Outsider, shop: Shop) -> None:
    await outsider.does("become", **shop.shown(APPLICATION))

    tokens = await outsider.does("grant_to_client", scope=" ".join(READS), resource=shop.merchant)

    assert "refresh_token" not in tokens
    told = await outsider.does(
        "verify", access_token=tokens["access_token"], audience=shop.merchant
    )
    assert (told["sub"], told["client_id"]) == (APPLICATION, APPLICATION)


async def test_a_token_is_taken_back(outsider: Outsider, shop: Shop, buyer: Browser) -> None:
    tokens = await linked(outsider, shop, buyer)
    assert await is_active(outsider, shop, tokens["access_token"])

    await outsider.does("become", **shop.shown(SECRET))
    await outsider.does("revoke", token=tokens["refresh_token"])

    with pytest.raises(Failed) as again:
        await outsider.does("refresh", refresh_token=tokens["refresh_token"])
    assert again.value.kind == "invalid_grant"
    assert await is_over(outsider, shop, tokens["access_token"])


async def test_who_keeps_something_is_told_what_a_token_is(
    outsider: Outsider, shop: Shop, buyer: Browser
) -> None:
    tokens = await linked(outsider, shop, buyer, nonce=True)

    await outsider.does("become", **shop.shown(RESOURCE))
    told = await outsider.does("introspect", token=tokens["access_token"])

    assert told["active"] is True
    assert told["sub"] == tokens["claims"]["sub"]
    assert (told["client_id"], told["iss"], told["aud"]) == (SECRET, shop.url, shop.shopping)
    assert (await outsider.does("introspect", token="nothing that we made")) == {"active": False}


@pytest.mark.parametrize("path", ["/ucp/v1", "/v1"])
async def test_each_api_says_who_lets_its_clients_in(
    outsider: Outsider, shop: Shop, path: str
) -> None:
    told = await outsider.does("discover_resource", resource=shop.url + path)

    assert told["authorization_servers"] == [shop.url]
    assert told["bearer_methods_supported"] == ["header"]
    assert told["scopes_supported"]


async def test_a_client_is_told_that_the_buyer_said_no(
    outsider: Outsider, shop: Shop, buyer: Browser
) -> None:
    await outsider.does("become", **shop.shown(SECRET))
    asked = await outsider.does("ask", redirect_uri=BACK, scope=WANTED, resource=shop.shopping)

    back = await refuse(buyer, asked["url"])

    assert parse_qs(urlsplit(back).query)["iss"] == [shop.url]
    with pytest.raises(Failed) as refused:
        await outsider.does("redeem", url=back)
    assert refused.value.kind == "access_denied"


@pytest.mark.parametrize(
    ("scope", "path", "error"),
    [
        ("no.such:scope", "/ucp/v1", "invalid_scope"),
        ("catalog:read", "/v1", "invalid_scope"),
        (CHECKOUT, "/elsewhere", "invalid_target"),
    ],
)
async def test_a_client_is_told_that_it_asked_for_something_wrong(
    outsider: Outsider, shop: Shop, buyer: Browser, scope: str, path: str, error: str
) -> None:
    await outsider.does("become", **shop.shown(SECRET))
    asked = await outsider.does("ask", redirect_uri=BACK, scope=scope, resource=shop.url + path)

    back = await turned_away(buyer, asked["url"])

    assert parse_qs(urlsplit(back).query)["iss"] == [shop.url]
    with pytest.raises(Failed) as refused:
        await outsider.does("redeem", url=back)
    assert refused.value.kind == error


async def test_a_code_is_good_once(outsider: Outsider, shop: Shop, buyer: Browser) -> None:
    await outsider.does("become", **shop.shown(SECRET))
    asked = await outsider.does("ask", redirect_uri=BACK, scope=WANTED, resource=shop.shopping)
    back = await agree(buyer, asked["url"])
    tokens = await outsider.does("redeem", url=back)

    with pytest.raises(Failed) as again:
        await outsider.does("redeem", url=back)

    assert again.value.kind == "invalid_grant"
    assert await is_over(outsider, shop, tokens["access_token"])


@pytest.mark.parametrize("client_id", [APPLICATION, "nobody"])
async def test_who_has_another_secret_is_told_nothing_else(
    outsider: Outsider, client_id: str
) -> None:
    await outsider.does("become", client_id=client_id, secret="not this one")

    with pytest.raises(Failed) as refused:
        await outsider.does("grant_to_client", scope="catalog:read")

    assert refused.value.kind == "invalid_client"
