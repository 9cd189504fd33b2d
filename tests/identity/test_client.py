"""What may be said of a client, and how it shows that it is itself."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.contracts.identity import (
    APPLICATION,
    ASSERTION,
    NONE,
    RESOURCE,
    SECRET,
    SHOPPING_SCOPES,
    STAFF_SCOPES,
    ClientChanged,
    ClientDetails,
    ClientNotProven,
    UnfitClient,
    UnknownClient,
)
from domain.identity.client import Client
from domain.identity.public_keys import complaint_of_keys
from tests.identity.linked import NOW, a_client

POINT = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
KEY = {"kty": "EC", "crv": "P-256", "x": POINT, "y": POINT, "kid": "one"}


def a_jwks(*keys: dict[str, Any]) -> str:
    return json.dumps({"keys": keys})


def registered(details: ClientDetails) -> Client:
    client = Client.registered(details, "a keyed hash", NOW)
    client.version = 7
    return client


@pytest.mark.parametrize(
    "uri",
    [
        "https://shop.example/back",
        "https://shop.example:8443/back?of=us",
        "http://127.0.0.1/back",
        "http://[::1]:4000/back",
        "http://localhost:3000/",
        "com.example.app:/back",
    ],
)
def test_who_agreed_can_be_sent_back_there(uri: str) -> None:
    assert registered(a_client(redirect_uris=(uri,))).details.redirect_uris == (uri,)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "back",
        "/back",
        "//evil.example/back",
        "http://shop.example/back",
        "http://127.0.0.1.evil.example/back",
        "http://localhost@evil.example/",
        "https://user:word@shop.example/back",
        "https://shop.example/back#part",
        "https://shop.example/*{any}",
        "https://shop.example\\@evil.example/",
        "https://shop.example/ back",
        "https://shop.example/\nback",
        "https:///back",
        "https://shop.example:no/back",
        "https://[::1/back",
        "javascript:alert(1)",
        "data:text/html,hi",
        "file:///etc/passwd",
        "COM.Example.App:/back",
        "https://shöp.example/back",
        f"https://shop.example/{'x' * 2000}",
    ],
)
def test_nobody_is_sent_there(uri: str) -> None:
    with pytest.raises(UnfitClient):
        registered(a_client(redirect_uris=(uri,)))


@pytest.mark.parametrize(
    "details",
    [
        {"client_id": ""},
        {"client_id": "with space"},
        {"client_id": "ü"},
        {"client_id": "a\x00"},
        {"client_id": "x" * 65},
        {"name": ""},
        {"name": " Shop"},
        {"name": "Sh\nop"},
        {"name": "x" * 101},
        {"kind": "owner"},
        {"auth_method": "client_secret_post"},
        {"auth_method": NONE, "redirect_uris": ()},
        {"scopes": ("catalog:write",)},
        {"scopes": (SHOPPING_SCOPES[0],) * 2},
        {"kind": APPLICATION, "scopes": SHOPPING_SCOPES},
        {"kind": APPLICATION, "scopes": STAFF_SCOPES, "profile_url": "https://a.example/p"},
        {"kind": RESOURCE, "scopes": (), "redirect_uris": ("https://a.example/",)},
        {"kind": RESOURCE, "scopes": ("catalog:read",), "redirect_uris": ()},
        {"redirect_uris": ("https://a.example/",) * 2},
        {"redirect_uris": tuple(f"https://a.example/{n}" for n in range(21))},
        {"profile_url": "http://a.example/p"},
        {"profile_url": ""},
        {"public_keys": a_jwks(KEY)},
        {"auth_method": ASSERTION},
        {"auth_method": ASSERTION, "public_keys": "x" * 20_001},
    ],
)
def test_what_is_no_client_is_not_kept(details: dict[str, Any]) -> None:
    known = registered(a_client())

    with pytest.raises(UnfitClient):
        registered(a_client(**details))
    with pytest.raises(UnfitClient):
        known.revise(replace(known.details, **details), None)

    assert known.details == replace(a_client(), client_id=known.client_id)


@pytest.mark.parametrize(
    "jwks",
    [
        "",
        "no JSON",
        "[]",
        '{"keys": {}}',
        '{"keys": ["one"]}',
        a_jwks(),
        a_jwks(*({**KEY, "kid": str(number)} for number in range(11))),
        a_jwks({**KEY, "d": POINT}),
        a_jwks({"kty": "oct", "k": POINT}),
        a_jwks({**KEY, "crv": "secp256k1"}),
        a_jwks({**KEY, "x": 7}),
        a_jwks({**KEY, "kid": 7}),
        a_jwks({"kty": "RSA", "n": "AQAB" * 40, "e": "AQAB"}),
        a_jwks(KEY, KEY),
        a_jwks({**KEY, "crv": "P-384"}),  # no assertion is verified by it
        a_jwks({"kty": "OKP", "crv": "Ed25519", "x": POINT}),
        "[" * 100_000,
    ],
)
def test_what_are_no_public_keys_is_not_kept(jwks: str) -> None:
    assert complaint_of_keys(jwks)


def test_public_keys_are_kept() -> None:
    rsa = {"kty": "RSA", "n": "AQAB" * 86, "e": "AQAB", "kid": "two"}
    keys = a_jwks(KEY, rsa)

    client = registered(a_client(auth_method=ASSERTION, public_keys=keys))

    assert not client.has_secret


def test_a_secret_is_proven() -> None:
    client = registered(a_client())

    client.prove("a keyed hash")


@pytest.mark.parametrize("secret", ["", "another", "a keyed hash "])
def test_another_secret_proves_nothing(secret: str) -> None:
    client = registered(a_client())
    client.prove("a keyed hash")

    with pytest.raises(ClientNotProven):
        client.prove(secret)


@pytest.mark.parametrize("known", [{"is_disabled": True}, {"auth_method": NONE}])
def test_who_is_disabled_or_has_no_secret_proves_nothing(known: dict[str, Any]) -> None:
    client = registered(a_client(**known))

    for secret in ("a keyed hash", ""):
        with pytest.raises(ClientNotProven):
            client.prove(secret)


def test_who_is_disabled_is_as_good_as_unknown() -> None:
    client = registered(a_client())
    client.require_able()

    client.revise(replace(client.details, is_disabled=True), 7)

    with pytest.raises(UnknownClient):
        client.require_able()


def test_saying_the_same_again_changes_nothing() -> None:
    client = registered(a_client())

    assert client.revise(client.details, 1) == ""


def test_what_changed_is_told() -> None:
    client = registered(a_client())

    assert client.revise(replace(client.details, name="New", scopes=()), 7) == "name, scopes"


def test_what_was_changed_since_it_was_read_is_not_changed() -> None:
    client = registered(a_client())

    with pytest.raises(ClientChanged) as refused:
        client.revise(replace(client.details, name="New"), 6)

    assert refused.value.version == 7
    assert client.details.name == "A Platform"


def test_a_client_stays_of_its_kind() -> None:
    client = registered(a_client(scopes=()))

    with pytest.raises(UnfitClient):
        client.revise(replace(client.details, kind=APPLICATION), 7)


def test_who_shows_itself_by_other_means_loses_its_secret() -> None:
    client = registered(a_client())

    client.revise(replace(client.details, auth_method=NONE), 7)

    assert not client.has_secret
    with pytest.raises(UnfitClient):
        client.renew("another")


def test_a_renewed_secret_takes_the_place_of_the_one_before() -> None:
    client = registered(a_client(auth_method=SECRET))

    client.renew("another")

    client.prove("another")
    with pytest.raises(ClientNotProven):
        client.prove("a keyed hash")


def test_a_clients_secret_is_never_shown() -> None:
    client = registered(a_client())

    assert "a keyed hash" not in repr(client)
    assert client.registered_at - NOW == timedelta(0)
