"""Access tokens, and what is passed off as one (RFC 9068, RFC 8725)."""

from asyncio import Event, TaskGroup, gather, sleep
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from joserfc.jwk import ECKey, RSAKey

from app.edge import believed, signing_keys
from app.edge.tokens import BadToken, Tokens
from domain.contracts.identity import ClientId, Identity
from domain.shared.model import OutcomeUnknown
from tests.oauth.signing import (
    ISSUER,
    MERCHANT,
    NOW,
    SCOPE,
    SECONDS,
    SHOPPING,
    FakeIdentity,
    a_key,
    claims,
    encoded,
    hashed,
    header,
    signed,
)


class Hands:
    """A clock whose hands are moved: the time of day, and seconds that pass."""

    def __init__(self) -> None:
        self.at, self.passed = NOW, 0.0

    def __call__(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return self.passed


@pytest.fixture
def key() -> ECKey:
    return a_key()


@pytest.fixture
def identity(key: ECKey) -> FakeIdentity:
    return FakeIdentity(key)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def tokens(identity: FakeIdentity, hands: Hands) -> Tokens:
    return Tokens(cast(Identity, identity), ISSUER, hands, hands.seconds)


async def refused(tokens: Tokens, token: str, *audiences: str) -> str:
    with pytest.raises(BadToken) as refusal:
        await tokens.verified(token, *(audiences or (SHOPPING,)))
    return refusal.value.because


async def test_a_good_token_says_what_it_opens_and_for_whom(key: ECKey, tokens: Tokens) -> None:
    token = signed(key, header(key), claims())

    known = await tokens.verified(token, SHOPPING)

    assert known.scopes == {SCOPE}
    assert known.standing.client_id == "platform"
    assert known.audience == SHOPPING


WRONG: dict[str, Callable[[ECKey], tuple[dict[str, Any], dict[str, Any]]]] = {
    "expired": lambda key: (header(key), claims(exp=SECONDS)),
    "expired long ago": lambda key: (header(key), claims(exp=SECONDS - 86_400)),
    "never expires": lambda key: (header(key), claims(exp=None)),
    "expires in text": lambda key: (header(key), claims(exp=str(SECONDS + 600))),
    "expires at true": lambda key: (header(key), claims(exp=True)),
    "expires in infinity": lambda key: (header(key), claims(exp=1e999)),
    "not valid yet": lambda key: (header(key), claims(nbf=SECONDS + 60)),
    "made in the future": lambda key: (header(key), claims(iat=SECONDS + 60)),
    "made at no time": lambda key: (header(key), claims(iat=None)),
    "for the other API": lambda key: (header(key), claims(aud=MERCHANT)),
    "for many": lambda key: (header(key), claims(aud=[SHOPPING, MERCHANT])),
    "for its client": lambda key: (header(key), claims(aud="platform")),
    "for nobody": lambda key: (header(key), claims(aud=None)),
    "of another issuer": lambda key: (header(key), claims(iss="https://other.example")),
    "of an issuer with a slash": lambda key: (header(key), claims(iss=f"{ISSUER}/")),
    "of no issuer": lambda key: (header(key), claims(iss=None)),
    "an ID token": lambda key: (header(key, typ="JWT"), claims(aud="platform")),
    "an ID token for us": lambda key: (header(key, typ="JWT"), claims()),
    "of no type": lambda key: (header(key, typ=None), claims()),
    "of an assertion's type": lambda key: (header(key, typ="client-authentication+jwt"), claims()),
    "of no key": lambda key: (header(key, kid=None), claims()),
    "of an empty key": lambda key: (header(key, kid=""), claims()),
    "of a file": lambda key: (header(key, kid="../../../../dev/null"), claims()),
    "of a row": lambda key: (header(key, kid="' UNION SELECT 'key' --"), claims()),
    "of a URL": lambda key: (header(key, kid="https://evil.example/key"), claims()),
    "with keys to fetch": lambda key: (header(key, jku="https://evil.example/jwks"), claims()),
    "with a certificate to fetch": lambda key: (header(key, x5u="https://evil.example"), claims()),
    "with a key of its own": lambda key: (header(key, jwk=key.as_dict(private=False)), claims()),
    "with certificates": lambda key: (header(key, x5c=["MIIB"]), claims()),
    "critical": lambda key: (header(key, crit=["kid"]), claims()),
    "unencoded": lambda key: (header(key, b64=True, crit=["b64"]), claims()),
    "of no grant": lambda key: (header(key), claims(grant=None)),
    "of what is no grant": lambda key: (header(key), claims(grant="' OR 1=1")),
    "of another grant": lambda key: (header(key), claims(grant="0" * 32)),
    "of another client": lambda key: (header(key), claims(client_id="other")),
    "of another account": lambda key: (header(key), claims(sub="acc_" + "0" * 32)),
    "without a name": lambda key: (header(key), claims(jti=None)),
}


@pytest.mark.ucp("OAU-14")
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
async def test_what_is_signed_with_our_key_may_still_be_no_token(
    wrong: Callable[[ECKey], tuple[dict[str, Any], dict[str, Any]]], key: ECKey, tokens: Tokens
) -> None:
    await tokens.verified(signed(key, header(key), claims()), SHOPPING)

    said = await refused(tokens, signed(key, *wrong(key)))

    assert said.isascii()
    assert '"' not in said


async def test_nobody_else_can_sign(key: ECKey, tokens: Tokens) -> None:
    other = a_key()
    rsa = RSAKey.generate_key(2048)
    pem = key.as_pem(private=False)
    jwk = str(key.as_dict(private=False)).encode()
    none = f"{encoded(header(key, alg='none'))}.{encoded(claims())}."

    for forged in (
        signed(other, header(other), claims()),
        signed(other, header(key), claims()),
        signed(other, header(key, jwk=other.as_dict(private=False)), claims()),
        signed(rsa, header(key, alg="RS256"), claims()),
        none,
        none + encoded(b"no signature"),
        f"{encoded(header(key, alg='None'))}.{encoded(claims())}.{encoded(b'x')}",
        hashed(pem, header(key, alg="HS256"), claims()),
        hashed(jwk, header(key, alg="HS256"), claims()),
        hashed(pem, header(key), claims()),
        hashed(b"", header(key, alg="HS256"), claims()),
        f"{encoded(header(key))}.{encoded(claims())}.{encoded(bytes(64))}",  # CVE-2022-21449
    ):
        await refused(tokens, forged)


async def test_what_is_broken_is_no_token(key: ECKey, tokens: Tokens) -> None:
    good = signed(key, header(key), claims())
    head, body, signature = good.split(".")
    deep, text = encoded(b"[" * 8000), encoded(b'"alg"')

    for broken in (
        *(good[:cut] for cut in range(0, len(good), 20)),
        *("", ".", "..", "...", "a.b.c", f"{head}.{body}", f"{head}..{signature}"),
        f"{head}.{encoded(claims(scope='orders:refund'))}.{signature}",
        f"{good}.", f"{good}=", f" {good}", f"{good}\n", good[:-4] + "AAAA",
        f"{deep}.{body}.{signature}", f"{head}.{deep}.{signature}",
        f"{encoded(b'[]')}.{body}.{signature}", f"{text}.{body}.{signature}",
        f"{encoded({'alg': ['ES256']})}.{body}.{signature}",
        f"{encoded(bytes([255, 254]))}.{body}.{signature}",
        "x" * 1_000_000, good + "x" * 1_000_000, f"{head}.{'A' * 1_000_000}.{signature}",
        "\ud800", "é", "\0",
    ):  # fmt: skip
        await refused(tokens, broken)
    for told in ("[]", '"text"', "null", "{", '{"exp":NaN}', "[" * 5000):
        await refused(tokens, signed(key, header(key), told))


async def test_a_token_is_good_until_it_expires(key: ECKey, tokens: Tokens, hands: Hands) -> None:
    token = signed(key, header(key), claims())
    await tokens.verified(token, SHOPPING)

    hands.at = NOW + timedelta(seconds=599)
    await tokens.verified(token, SHOPPING)
    hands.at = NOW + timedelta(seconds=600)

    assert await refused(tokens, token) == "The token has expired."


async def test_clocks_may_differ_a_little(key: ECKey, tokens: Tokens) -> None:
    ahead = claims(iat=SECONDS + 4, nbf=SECONDS + 4)

    await tokens.verified(signed(key, header(key), ahead), SHOPPING)


async def test_a_token_that_was_verified_is_still_for_one_api(key: ECKey, tokens: Tokens) -> None:
    token = signed(key, header(key), claims())
    await tokens.verified(token, SHOPPING)

    await refused(tokens, token, MERCHANT)

    await tokens.verified(token, MERCHANT, SHOPPING)


async def test_a_token_opens_no_more_than_its_grant_does_by_now(
    key: ECKey, tokens: Tokens, identity: FakeIdentity
) -> None:
    both = signed(key, header(key), claims(scope=f"{SCOPE} dev.ucp.shopping.order:manage"))

    assert (await tokens.verified(both, SHOPPING)).scopes == {SCOPE}

    identity.standing = replace(identity.standing, scopes=())
    narrowed = Tokens(cast(Identity, identity), ISSUER, lambda: NOW)
    assert (await narrowed.verified(both, SHOPPING)).scopes == set()


async def test_a_revoked_token_is_good_for_half_a_second_more(
    key: ECKey, tokens: Tokens, identity: FakeIdentity, hands: Hands
) -> None:
    token = signed(key, header(key), claims())
    await tokens.verified(token, SHOPPING)
    identity.standing = replace(identity.standing, is_good=False)

    hands.passed = believed.SECONDS - 0.01
    await tokens.verified(token, SHOPPING)
    hands.passed = believed.SECONDS

    assert await refused(tokens, token) == "The token was revoked."


@pytest.mark.ucp("OAU-14")
async def test_a_grant_of_another_client_is_not_this_one(
    key: ECKey, tokens: Tokens, identity: FakeIdentity
) -> None:
    identity.standing = replace(identity.standing, client_id=ClientId("other"))

    await refused(tokens, signed(key, header(key), claims()))


async def test_a_crowd_with_the_same_token_asks_identity_once(
    key: ECKey, tokens: Tokens, identity: FakeIdentity
) -> None:
    token = signed(key, header(key), claims())

    await gather(*(tokens.verified(token, SHOPPING) for _ in range(100)))

    assert (identity.asked_for_keys, identity.asked_for_standing) == (1, 1)


async def test_nobody_waits_for_an_answer_that_is_too_old(
    key: ECKey, tokens: Tokens, identity: FakeIdentity, hands: Hands
) -> None:
    token = signed(key, header(key), claims())
    late = identity.late = Event()
    async with TaskGroup() as group:
        first = group.create_task(tokens.verified(token, SHOPPING))
        while not identity.asked_for_standing:  # noqa: ASYNC110  # a question has no event
            await sleep(0)
        identity.standing = replace(identity.standing, is_good=False)
        hands.passed = believed.SECONDS

        assert await refused(tokens, token) == "The token was revoked."

        late.set()
    assert (await first).standing.is_good
    assert await refused(tokens, token) == "The token was revoked."


async def test_unknown_keys_are_asked_for_once_a_second(
    key: ECKey, tokens: Tokens, identity: FakeIdentity, hands: Hands
) -> None:
    new = a_key()
    token = signed(new, header(new), claims())
    await tokens.verified(signed(key, header(key), claims()), SHOPPING)
    identity.keys = (key, new)

    for _ in range(50):
        await refused(tokens, token)
    assert identity.asked_for_keys == 1

    hands.passed = signing_keys.SECONDS_BETWEEN
    await tokens.verified(token, SHOPPING)
    assert identity.asked_for_keys == 2


async def test_a_key_that_is_withdrawn_opens_nothing_after_a_minute(
    key: ECKey, tokens: Tokens, identity: FakeIdentity, hands: Hands
) -> None:
    token = signed(key, header(key), claims())
    await tokens.verified(token, SHOPPING)
    identity.keys = (a_key(),)

    hands.passed = signing_keys.SECONDS_KEPT

    await refused(tokens, token)


async def test_nobody_is_let_in_while_identity_is_away(
    key: ECKey, tokens: Tokens, identity: FakeIdentity, hands: Hands
) -> None:
    token = signed(key, header(key), claims())
    await tokens.verified(token, SHOPPING)
    identity.is_away = True

    hands.passed = believed.SECONDS
    with pytest.raises(OutcomeUnknown):
        await tokens.verified(token, SHOPPING)

    identity.is_away = False
    await tokens.verified(token, SHOPPING)


async def test_no_more_is_kept_than_there_is_room_for(
    key: ECKey, tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.edge.tokens.MOST_KEPT", 3)
    all_of_them = [signed(key, header(key), claims(jti=str(n))) for n in range(5)]

    for token in all_of_them:
        await tokens.verified(token, SHOPPING)

    assert len(tokens._kept) == 3
