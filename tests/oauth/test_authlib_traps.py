"""Where Authlib 1.9 does otherwise unless it is told: each fails with its own default.

What a client notices of it is tested where that is asked for; here it is what we hand to Authlib.
"""

import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc7636 import CodeChallenge

from app.oauth import grants
from app.oauth.grants import Asking, Code, Registered, Server
from domain.contracts.identity import SECRET, ClientDetails, ClientId, CodeDetails, GrantCode
from tests.oauth.shop import (
    ACCOUNTS,
    BACK,
    ISSUER,
    ORDERS,
    SHOPPING,
    SIGNED_IN,
    VERIFIER,
    Client,
    Shop,
    answer,
    challenge_of,
    read,
)
from tests.processes import ROOT, environment

CONFIDENTIAL = ClientDetails(
    client_id=ClientId("platform"),
    name="Platform",
    auth_method=SECRET,
    redirect_uris=(BACK,),
    scopes=(ORDERS,),
)
ASKED = {
    "response_type": "code",
    "client_id": "platform",
    "redirect_uri": BACK,
    "scope": ORDERS,
    "code_challenge": challenge_of(),
    "code_challenge_method": "S256",
}
GRANTED = Code(
    CodeDetails(
        granted=GrantCode(
            client_id=ClientId("platform"),
            account_id=ACCOUNTS["buyer"],
            redirect_uri=BACK,
            code_challenge=challenge_of(),
            scopes=(ORDERS,),
            audience=SHOPPING,
            authenticated_at=SIGNED_IN,
        ),
        expires_at=SIGNED_IN,
        is_spent=False,
    )
)
REDEEMED = {
    "grant_type": "authorization_code",
    "code": "fsc_code",
    "redirect_uri": BACK,
    "code_verifier": VERIFIER,
}


def asks(**other: str | None) -> None:
    told = {name: value for name, value in {**ASKED, **other}.items() if value is not None}
    Server(Asking("GET", told, Registered(CONFIDENTIAL))).require_authorizable()


def redeems(**other: str | None) -> None:
    told = {name: value for name, value in {**REDEEMED, **other}.items() if value is not None}
    Server(Asking("POST", told, Registered(CONFIDENTIAL), GRANTED)).require_grantable()


class AuthlibsOwn(CodeChallenge):
    """What a reader of its documentation would register."""


UNFIT: Mapping[str, dict[str, Any]] = {
    "confidential clients get through without PKCE": {
        "code_challenge": None,
        "code_challenge_method": None,
    },
    "plain is accepted": {"code_challenge_method": "plain"},
    "an omitted method is accepted, and means plain": {"code_challenge_method": None},
}


@pytest.mark.ucp("OAU-9")
@pytest.mark.parametrize("other", UNFIT.values(), ids=UNFIT.keys())
def test_pkce_is_s256_for_everybody(other: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    asks()

    with pytest.raises(InvalidRequestError):
        asks(**other)

    monkeypatch.setattr(grants, "Challenge", AuthlibsOwn)
    asks(**other)  # once this fails, Authlib has mended its ways


@pytest.mark.ucp("OAU-9")
def test_a_missing_verifier_is_an_invalid_grant(monkeypatch: pytest.MonkeyPatch) -> None:
    redeems()

    for verifier in (None, "short", "ü" * 43):
        with pytest.raises(InvalidGrantError):
            redeems(code_verifier=verifier)

    monkeypatch.setattr(grants, "Challenge", AuthlibsOwn)
    with pytest.raises(InvalidRequestError):
        redeems(code_verifier=None)


def test_a_scope_is_not_left_out_silently() -> None:
    with pytest.raises(OAuth2Error, match="invalid_scope"):
        asks(scope=f"{ORDERS} openid")


def test_a_redirect_is_always_asked_for() -> None:
    """Authlib would take the one that is registered, and compare nothing at the token endpoint."""
    with pytest.raises(OAuth2Error):
        asks(redirect_uri=None)
    with pytest.raises(InvalidGrantError):
        redeems(redirect_uri=None)


async def test_iss_is_in_every_answer(shop: Shop, platform: Client) -> None:
    """`IssuerParameter` writes it on responses of two frameworks, and not on errors."""
    asked = await shop.authorization.asked(shop.query(platform))

    told = [
        await shop.authorization.granted(asked, shop.session()),
        shop.authorization.denied(asked),
    ]

    assert [answer(location)["iss"] for location in told] == [ISSUER] * 2


async def test_a_token_is_for_an_api_and_not_for_its_client(shop: Shop, platform: Client) -> None:
    """`JWTBearerTokenGenerator` has the client's id as its audience."""
    told = await shop.asks(platform, grant_type="client_credentials")

    assert read(told.body["access_token"])["aud"] == SHOPPING


async def test_a_refresh_token_is_rotated(shop: Shop, platform: Client) -> None:
    """`INCLUDE_NEW_REFRESH_TOKEN` is off, and nothing ends when an old one comes again."""
    old = (await shop.linked(platform))["refresh_token"]

    new = (await shop.refreshes(platform, old)).body["refresh_token"]

    assert new != old
    assert (await shop.refreshes(platform, old)).error == "invalid_grant"
    assert (await shop.refreshes(platform, new)).error == "invalid_grant"


@pytest.mark.parametrize("word", ['"', "\\", "\u00e9", "\x7f"])
async def test_what_was_sent_breaks_no_description(shop: Shop, platform: Client, word: str) -> None:
    """Authlib puts it into one, and then raises `ValueError` for the letters that it has."""
    kind = await shop.asks(platform, grant_type=f"sent{word}")
    code = await shop.redeems(platform, "fsc_x", redirect_uri=f"sent{word}")

    assert [kind.status, code.status] == [400, 400]
    assert "sent" not in f"{kind.body}{code.body}"


def test_the_deprecated_jose_is_not_even_imported() -> None:
    seen = "import sys, app.main; print([m for m in sys.modules if m.startswith('authlib.jose')])"

    told = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", seen],
        env=environment(ROOT),
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.strip() == "[]"
