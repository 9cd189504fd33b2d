"""API keys, by the `Identity` contract: near, wire and far."""

from dataclasses import replace
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from domain.contracts.identity import (
    ApiKeyMade,
    ClientId,
    EndApiKey,
    FindApiKey,
    Identity,
    KeyHolder,
    KeyId,
    ListApiKeys,
    MakeApiKey,
    RegisterClient,
    UnfitApiKey,
    UnknownApiKey,
    UnknownClient,
    UnknownPlace,
    UpdateClient,
    digest,
)
from infrastructure.identity.tables import api_keys
from infrastructure.shared.clock import utc_now
from tests.conftest import KeptHouse
from tests.identity.linked import READ, a_client, say


@pytest.fixture
def identity(house: KeptHouse) -> Identity:
    return house.contract(Identity)


async def make(identity: Identity, **more: Any) -> ApiKeyMade:
    plain = MakeApiKey(name="a machine", scopes=("orders:read", "orders:write"))
    return await identity.make_api_key(replace(plain, **more))


async def holder(identity: Identity, key: str | None) -> KeyHolder:
    return await identity.find_api_key(FindApiKey(key_digest=digest(key or "")))


async def listed(identity: Identity, key_id: KeyId) -> Any:
    after: str | None = None
    while True:
        page = await identity.list_api_keys(ListApiKeys(after=after, most=3))
        for one in page.items:
            if one.key_id == key_id:
                return one
        after = page.next
        assert after


async def test_who_has_a_key_is_found_by_it(identity: Identity) -> None:
    made = await make(identity)

    assert made.key is not None
    assert made.key.startswith("fsk_")
    assert len(made.key) == 47
    assert made.details.prefix == made.key[:12]
    assert await holder(identity, made.key) == KeyHolder(
        key_id=made.details.key_id, name="a machine", scopes=("orders:read", "orders:write")
    )


async def test_a_platforms_key_opens_what_the_platform_may_have(identity: Identity) -> None:
    client = a_client(profile_url="https://platform.example/profile.json")
    await identity.register_client(RegisterClient(details=client))
    made = await make(identity, client_id=client.client_id, scopes=client.scopes)

    found = await holder(identity, made.key)

    assert found.client_id == client.client_id
    assert found.profile_url == client.profile_url
    assert found.scopes == client.scopes

    await identity.update_client(
        UpdateClient(details=replace(client, scopes=(READ,)), version=None)
    )

    assert (await holder(identity, made.key)).scopes == (READ,)


async def test_no_other_key_opens_anything(identity: Identity) -> None:
    made = await make(identity)

    for wrong in ("", f"fsk_{token_urlsafe(32)}", (made.key or "")[:-1], made.details.prefix):
        with pytest.raises(UnknownApiKey):
            await holder(identity, wrong)


async def test_a_key_that_has_run_out_opens_nothing(house: KeptHouse, identity: Identity) -> None:
    made = await make(identity, expires_at=utc_now() + timedelta(days=1))
    await holder(identity, made.key)
    one = update(api_keys).where(api_keys.c.key_id == made.details.key_id)

    await say(house.database, one.values(expires_at=utc_now()))

    with pytest.raises(UnknownApiKey):
        await holder(identity, made.key)


async def test_a_key_that_was_ended_opens_nothing_and_is_listed_still(identity: Identity) -> None:
    made = await make(identity)
    await holder(identity, made.key)

    ended = await identity.end_api_key(EndApiKey(key_id=made.details.key_id))

    assert ended.ended_at is not None
    assert await identity.end_api_key(EndApiKey(key_id=made.details.key_id)) == ended
    assert await listed(identity, made.details.key_id) == ended
    with pytest.raises(UnknownApiKey):
        await holder(identity, made.key)


async def test_a_key_of_a_platform_that_is_disabled_opens_nothing(identity: Identity) -> None:
    client = a_client()
    await identity.register_client(RegisterClient(details=client))
    made = await make(identity, client_id=client.client_id, scopes=())
    await holder(identity, made.key)

    disabled = replace(client, is_disabled=True)
    await identity.update_client(UpdateClient(details=disabled, version=None))

    with pytest.raises(UnknownApiKey):
        await holder(identity, made.key)


async def test_when_a_key_was_used_last_is_written_down(identity: Identity) -> None:
    made = await make(identity)
    before = utc_now()
    await holder(identity, made.key)

    first = (await listed(identity, made.details.key_id)).used_at
    await holder(identity, made.key)

    assert before <= first <= utc_now()
    assert (await listed(identity, made.details.key_id)).used_at == first


async def test_a_key_that_is_known_stays_the_same(identity: Identity) -> None:
    client, known = a_client(), token_urlsafe(32)
    await identity.register_client(RegisterClient(details=client))
    more = {"client_id": client.client_id, "scopes": (), "key_digest": digest(known)}

    made = await make(identity, **more)

    assert made.key is None
    assert (await make(identity, **more)).details == made.details
    assert (await holder(identity, known)).client_id == client.client_id
    with pytest.raises(UnfitApiKey):
        await make(identity, **{**more, "client_id": None, "scopes": ("orders:read",)})


async def test_a_key_that_is_known_and_was_ended_stays_so(identity: Identity) -> None:
    known = token_urlsafe(32)
    made = await make(identity, key_digest=digest(known))
    await identity.end_api_key(EndApiKey(key_id=made.details.key_id))

    again = await make(identity, key_digest=digest(known))

    assert again.details.ended_at is not None
    with pytest.raises(UnknownApiKey):
        await holder(identity, known)


async def test_two_keys_of_one_name_are_two(identity: Identity) -> None:
    one, other = await make(identity), await make(identity)

    assert one.key != other.key
    assert one.details.key_id != other.details.key_id


async def test_what_would_be_no_key_is_refused(identity: Identity) -> None:
    await make(identity)

    with pytest.raises(UnfitApiKey):
        await make(identity, scopes=("everything",))
    with pytest.raises(UnknownClient):
        await make(identity, client_id=ClientId(f"nobody-{uuid4().hex}"))
    with pytest.raises(UnknownApiKey):
        await identity.end_api_key(EndApiKey(key_id=KeyId(uuid4())))
    with pytest.raises(UnknownPlace):
        await identity.list_api_keys(ListApiKeys(after="nowhere"))
