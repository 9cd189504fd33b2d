"""What a client may ask an owner of an account for, and what nobody may be sent away by
(RFC 6749, 4.1; RFC 7636; RFC 8252; RFC 8707; RFC 9207; RFC 9700, 4.1).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from app.oauth.authorize import Asked, Redirected, Unredirectable
from app.oauth.redirects import answering, is_registered
from domain.contracts.identity import BUYER, STAFF
from tests.oauth.shop import (
    BACK,
    CHECKOUTS,
    ISSUER,
    LOOPBACK,
    MERCHANT,
    ORDERS,
    SHOPPING,
    SIGNED_IN,
    Client,
    Shop,
    answer,
    challenge_of,
)


async def told(shop: Shop, query: str) -> dict[str, str]:
    """What the client is told, that asked for something wrong."""
    with pytest.raises(Redirected) as sent:
        await shop.authorization.asked(query)
    assert sent.value.location.startswith(f"{BACK}?")
    return answer(sent.value.location)


@pytest.mark.ucp("OAU-20")
async def test_what_is_asked_is_told_in_every_detail(shop: Shop, platform: Client) -> None:
    query = shop.query(
        platform,
        *(ORDERS, "openid", ORDERS, CHECKOUTS),
        nonce="once",
        prompt="login consent",
        max_age="600",
        resource=SHOPPING,
    )

    asked = await shop.authorization.asked(query)

    assert asked == Asked(
        client=asked.client,
        redirect_uri=BACK,
        scopes=("openid", CHECKOUTS, ORDERS),
        audience=SHOPPING,
        account_kind=BUYER,
        code_challenge=challenge_of(),
        state="a state",
        nonce="once",
        prompts=frozenset(("login", "consent")),
        max_age_seconds=600,
    )
    assert asked.client.name == "Platform"


async def test_staff_are_asked_for_what_staff_may_do(shop: Shop) -> None:
    query = shop.query(shop.clients["application"], "orders:read")

    asked = await shop.authorization.asked(query)

    assert (asked.audience, asked.account_kind) == (MERCHANT, STAFF)
    assert answer(await shop.authorization.granted(asked, shop.session(BUYER)))["error"] == (
        "access_denied"
    )


async def test_a_session_must_be_young_enough_and_of_the_right_kind(
    shop: Shop, platform: Client
) -> None:
    asked = await shop.authorization.asked(shop.query(platform, max_age="60"))

    at = SIGNED_IN + timedelta(seconds=60)
    assert asked.is_signed_in(shop.session(), at)
    assert not asked.is_signed_in(shop.session(), at + timedelta(seconds=1))
    assert not asked.is_signed_in(shop.session(STAFF), at)
    assert replace(asked, max_age_seconds=None).is_signed_in(shop.session(), at.replace(year=2099))


WRONG: dict[str, tuple[dict[str, str], str]] = {
    "no response_type": ({"response_type": ""}, "invalid_request"),
    "an implicit token": ({"response_type": "token"}, "unsupported_response_type"),
    "a hybrid": ({"response_type": "code id_token"}, "unsupported_response_type"),
    "a quote": ({"response_type": 'co"de'}, "unsupported_response_type"),
    "no scope": ({"scope": ""}, "invalid_scope"),
    "an unknown scope": ({"scope": f"{ORDERS} everything"}, "invalid_scope"),
    "a scope in capitals": ({"scope": ORDERS.upper()}, "invalid_scope"),
    "a scope of staff": ({"scope": f"{ORDERS} orders:refund"}, "invalid_scope"),
    "another resource": ({"resource": MERCHANT}, "invalid_target"),
    "a strange resource": ({"resource": "https://evil.example"}, "invalid_target"),
    "a fragment": ({"response_mode": "fragment"}, "invalid_request"),
    "a form": ({"response_mode": "form_post"}, "invalid_request"),
    "an object": ({"request": "e30.e30."}, "request_not_supported"),
    "an address": ({"request_uri": "https://evil.example"}, "request_uri_not_supported"),
    "silence and a page": ({"prompt": "none login"}, "invalid_request"),
    "a strange prompt": ({"prompt": "shout"}, "invalid_request"),
    "a negative age": ({"max_age": "-1"}, "invalid_request"),
    "an endless age": ({"max_age": "9" * 20}, "invalid_request"),
    "an endless nonce": ({"nonce": "n" * 301}, "invalid_request"),
    "no challenge": ({"code_challenge": ""}, "invalid_request"),
    "no method": ({"code_challenge_method": ""}, "invalid_request"),
    "plain": ({"code_challenge_method": "plain"}, "invalid_request"),
    "another method": ({"code_challenge_method": "s256"}, "invalid_request"),
    "half a challenge": ({"code_challenge": challenge_of()[:42]}, "invalid_request"),
    "too much of one": ({"code_challenge": challenge_of() + "A"}, "invalid_request"),
    "a strange challenge": ({"code_challenge": "+" * 43}, "invalid_request"),
    "no PKCE at all": ({"code_challenge": "", "code_challenge_method": ""}, "invalid_request"),
}


@pytest.mark.parametrize("name", ["platform", "public", "asserting"])
@pytest.mark.parametrize(("other", "error"), WRONG.values(), ids=WRONG.keys())
async def test_a_client_is_told_what_was_wrong_and_by_whom(
    shop: Shop, name: str, other: dict[str, str], error: str
) -> None:
    said = await told(shop, shop.query(shop.clients[name], **other))

    assert said["error"] == error
    assert said["iss"] == ISSUER
    assert said["state"] == "a state"
    assert "code" not in said


async def test_a_client_may_not_ask_for_more_than_it_is_registered_with(shop: Shop) -> None:
    said = await told(shop, shop.query(shop.clients["narrow"], CHECKOUTS))

    assert said["error"] == "invalid_scope"


@pytest.mark.parametrize(
    "name", ["response_type", "scope", "state", "code_challenge", "nonce", "prompt"]
)
async def test_nothing_is_said_twice(shop: Shop, platform: Client, name: str) -> None:
    query = f"{shop.query(platform, nonce='n', prompt='login')}&{name}=another"

    said = await told(shop, query)

    assert (said["error"], said["iss"]) == ("invalid_request", ISSUER)
    assert said.get("state") == (None if name == "state" else "a state")


@pytest.mark.ucp("OAU-6", "OAU-8")
async def test_every_answer_says_from_whom_it_is(shop: Shop, platform: Client) -> None:
    """Who mixes up two servers finds out (RFC 9207)."""
    asked = await shop.authorization.asked(shop.query(platform))

    said = [
        answer(await shop.authorization.granted(asked, shop.session())),
        answer(shop.authorization.denied(asked)),
        answer(shop.authorization.refused(asked, "login_required")),
    ]

    assert [one["iss"] for one in said] == [ISSUER] * 3
    assert [one["state"] for one in said] == ["a state"] * 3
    assert [one.get("error") for one in said] == [None, "access_denied", "login_required"]


async def test_what_was_not_agreed_to_is_not_granted(shop: Shop, platform: Client) -> None:
    asked = await shop.authorization.asked(shop.query(platform, ORDERS, CHECKOUTS))

    some = answer(await shop.authorization.granted(asked, shop.session(), (ORDERS, "openid")))
    none = answer(await shop.authorization.granted(asked, shop.session(), ()))

    assert (await shop.redeems(platform, some["code"])).body["scope"] == ORDERS
    assert none["error"] == "access_denied"


TRICKS = (
    "https://evil.example/back",
    f"{BACK}/",
    f"{BACK}/../back",
    f"{BACK}/..%2fevil",
    f"{BACK}?",
    f"{BACK}?next=https://evil.example",
    f"{BACK}#",
    f"{BACK}#@evil.example",
    f"{BACK}.evil.example",
    f"{BACK} https://evil.example",
    BACK.upper(),
    BACK.replace("https", "HTTPS"),
    BACK.replace("platform.example", "PLATFORM.example"),
    BACK.replace("https", "http"),
    BACK.replace("platform.example", "platform.example:443"),
    BACK.replace("platform.example", "platform.example."),
    BACK.replace("platform.example", "platform.example@evil.example"),
    BACK.replace("platform.example", "user@platform.example"),
    BACK.replace("platform.example", "evil.example\\@platform.example"),
    BACK.replace("platform.example", "platform%2eexample"),
    BACK.replace("/back", "/%62ack"),
    BACK.replace("/back", "//back"),
    BACK.replace("/back", "/./back"),
    BACK.replace("/back", "/x/%2e%2e/back"),
    BACK.removeprefix("https:"),
    "javascript:alert(1)//https://platform.example/back",
    "data:text/html,https://platform.example/back",
    LOOPBACK.replace("127.0.0.1", "127.0.0.1:0"),
    LOOPBACK.replace("127.0.0.1", "127.0.0.1:99999"),
    LOOPBACK.replace("127.0.0.1", "127.0.0.1:"),
    LOOPBACK.replace("127.0.0.1", "127.0.0.1:80@evil.example"),
    LOOPBACK.replace("127.0.0.1", "127.0.0.1.evil.example"),
    LOOPBACK.replace("127.0.0.1", "127.0.0.2"),
    LOOPBACK.replace("127.0.0.1", "127.1"),
    LOOPBACK.replace("127.0.0.1", "2130706433"),
    LOOPBACK.replace("127.0.0.1", "localhost"),
    LOOPBACK.replace("127.0.0.1", "localhost:50000"),
    LOOPBACK.replace("127.0.0.1", "[::1]:50000"),
    LOOPBACK.replace("http://127.0.0.1", "https://127.0.0.1:50000"),
    LOOPBACK.replace("127.0.0.1/back", "127.0.0.1:50000/back/x"),
    LOOPBACK.replace("127.0.0.1/back", "127.0.0.1:50000/back#x"),
    LOOPBACK.replace("127.0.0.1", "127.0.0.1:\u0665\u0660"),
    f"{BACK}\n",
    f"{BACK}\0",
    "é",
    "",
)


@pytest.mark.ucp("OAU-10")
@pytest.mark.parametrize("trick", TRICKS)
async def test_nobody_is_sent_where_the_client_does_not_stand(
    shop: Shop, platform: Client, trick: str
) -> None:
    await shop.authorization.asked(shop.query(platform))

    for query in (
        shop.query(platform, redirect_uri=trick),
        shop.query(platform, redirect_uri=trick, response_type="token"),
        f"{shop.query(platform)}&redirect_uri={quote(trick)}",
    ):
        with pytest.raises(Unredirectable):
            await shop.authorization.asked(query)


@pytest.mark.parametrize(
    "client_id",
    ["nobody", "disabled", "resource", "", "PLATFORM", "platform ", "é", "x" * 65, "\0"],
)
async def test_a_client_that_is_not_known_sends_nobody_anywhere(shop: Shop, client_id: str) -> None:
    with pytest.raises(Unredirectable):
        await shop.authorization.asked(shop.query(Client(client_id)))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda query: f"{query}&client_id=other",
        lambda query: f"{query}&x=%ff",
        lambda query: f"{query}&x=%00",
        lambda query: f"{query}&x={'y' * 20_000}",
        lambda query: query + "&a=b" * 100,
        lambda _: "",
    ],
)
async def test_what_cannot_be_read_sends_nobody_anywhere(
    shop: Shop, platform: Client, spoil: Callable[[str], str]
) -> None:
    with pytest.raises(Unredirectable):
        await shop.authorization.asked(spoil(shop.query(platform)))


def test_ports_differ_on_loopback_alone() -> None:
    ours = ("http://127.0.0.1:1/a?b", "http://[::1]/a", "http://localhost/a", "com.app:/a")

    for good in ("http://127.0.0.1/a?b", "http://127.0.0.1:65535/a?b", "http://[::1]:2/a", *ours):
        assert is_registered(good, ours)
    for bad in ("http://127.0.0.1/a", "http://[::1]:2/", "http://localhost:2/a", "com.app:/b"):
        assert not is_registered(bad, ours)


def test_an_address_stays_as_it_is() -> None:
    """Authlib would write its query anew."""
    assert answering("https://a.example/b?c=%7e+d", e="f g", h=None) == (
        "https://a.example/b?c=%7e+d&e=f+g"
    )
    assert answering("com.app:/b", e="/&=") == "com.app:/b?e=%2F%26%3D"
