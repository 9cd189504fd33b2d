"""What may be asked of an API key."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.contracts.identity import (
    APPLICATION,
    SHOPPING_SCOPES,
    ApiKeyDetails,
    ClientDetails,
    ClientId,
    KeyId,
    MakeApiKey,
    UnfitApiKey,
)
from domain.identity.api_key import ApiKey, made, require_same
from tests.identity.linked import NOW, a_client


def asked(**more: Any) -> MakeApiKey:
    return replace(MakeApiKey(name="a machine", scopes=("orders:read",)), **more)


def make(message: MakeApiKey, client: ClientDetails | None = None) -> ApiKeyDetails:
    return made(message, client, KeyId(uuid4()), "fsk_12345678", NOW)


def test_a_machines_key_has_what_was_asked_for() -> None:
    key = make(asked(scopes=("orders:write", "orders:read"), expires_at=NOW + timedelta(1)))

    assert key.scopes == ("orders:read", "orders:write")
    assert (key.client_id, key.used_at, key.ended_at) == (None, None, None)


def test_a_platforms_key_needs_no_scopes() -> None:
    client = a_client()

    assert make(asked(scopes=(), client_id=client.client_id), client).scopes == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"name": " a"},
        {"name": "a\nb"},
        {"name": "ü"},
        {"scopes": ()},
        {"scopes": SHOPPING_SCOPES},
        {"scopes": ("orders:read", "everything")},
        {"expires_at": NOW},
        {"key_digest": "no digest"},
        {"key_digest": "A" * 64},
    ],
)
def test_what_would_be_no_key_is_not_made(wrong: dict[str, Any]) -> None:
    make(asked())

    with pytest.raises(UnfitApiKey):
        make(asked(**wrong))


@pytest.mark.parametrize(
    "client", [a_client(kind=APPLICATION, scopes=("orders:read",)), a_client(scopes=())]
)
def test_no_client_has_a_key_for_what_it_may_not_do(client: ClientDetails) -> None:
    with pytest.raises(UnfitApiKey):
        make(asked(client_id=client.client_id, scopes=("orders:read",)), client)


def test_a_key_that_is_known_is_not_anothers() -> None:
    key = ApiKey(details=make(asked()), digest="keyed")
    require_same(key, asked(name="another name"))

    with pytest.raises(UnfitApiKey):
        require_same(key, asked(client_id=ClientId("another")))


def test_no_key_shows_its_digest() -> None:
    assert "keyed" not in repr(ApiKey(details=make(asked()), digest="keyed"))
