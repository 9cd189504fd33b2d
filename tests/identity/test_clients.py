"""Clients, by the `Identity` contract: near, wire and far."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.contracts.identity import (
    ASSERTION,
    NONE,
    AssertionReplayed,
    ClientChanged,
    ClientDetails,
    ClientExists,
    ClientId,
    ClientNotProven,
    ClientRegistered,
    FindPlatform,
    GetClient,
    Identity,
    ListClients,
    NoteAssertion,
    ProveClient,
    RegisterClient,
    RenewSecret,
    UnfitClient,
    UnknownClient,
    UnknownPlace,
    UpdateClient,
    digest,
)
from infrastructure.shared.clock import utc_now
from tests.conftest import KeptHouse
from tests.identity.linked import a_client
from tests.identity.test_client import KEY, a_jwks

NOBODY = ClientId("nobody")


@pytest.fixture
def identity(house: KeptHouse) -> Identity:
    return house.contract(Identity)


async def register(identity: Identity, details: ClientDetails) -> ClientRegistered:
    return await identity.register_client(RegisterClient(details=details))


async def get(identity: Identity, client_id: ClientId) -> ClientDetails:
    return (await identity.get_client(GetClient(client_id=client_id))).details


def proving(client_id: ClientId, secret: str | None) -> ProveClient:
    return ProveClient(client_id=client_id, secret_digest=digest(secret or ""))


def an_edit(details: ClientDetails, version: int | None = None) -> UpdateClient:
    return UpdateClient(details=details, version=version)


async def test_who_is_registered_is_kept_whole_and_told_a_secret(identity: Identity) -> None:
    details = a_client(profile_url="https://platform.example/profile.json", name="Größe & Söhne")

    told = await register(identity, details)

    assert told.client == await identity.get_client(GetClient(client_id=details.client_id))
    assert told.client.details == details
    assert told.secret is not None
    assert told.secret.startswith("fss_")
    assert len(told.secret) == 47


@pytest.mark.parametrize(
    "shown", [{"auth_method": NONE}, {"auth_method": ASSERTION, "public_keys": a_jwks(KEY)}]
)
async def test_who_shows_itself_by_other_means_has_no_secret(
    identity: Identity, shown: dict[str, str]
) -> None:
    details = a_client(**shown)

    told = await register(identity, details)

    assert told.secret is None
    assert await get(identity, details.client_id) == details
    with pytest.raises(ClientNotProven):
        await identity.prove_client(proving(details.client_id, ""))


async def test_nobody_is_registered_twice(identity: Identity) -> None:
    details = a_client()
    told = await register(identity, details)

    with pytest.raises(ClientExists):
        await register(identity, replace(details, name="Another"))

    assert await get(identity, details.client_id) == details
    await identity.prove_client(proving(details.client_id, told.secret))


async def test_who_is_unfit_is_not_registered(identity: Identity) -> None:
    details = a_client(redirect_uris=("javascript:alert(1)",))

    with pytest.raises(UnfitClient) as refused:
        await register(identity, details)

    assert refused.value.client_id == details.client_id
    with pytest.raises(UnknownClient):
        await get(identity, details.client_id)


@pytest.mark.parametrize("client_id", [NOBODY, "", "\x00", "ü", "x" * 999])
async def test_nobody_is_found_where_nobody_is(identity: Identity, client_id: ClientId) -> None:
    await register(identity, a_client())

    with pytest.raises(UnknownClient):
        await get(identity, client_id)
    with pytest.raises(UnknownClient):
        await identity.renew_secret(RenewSecret(client_id=client_id))
    with pytest.raises(ClientNotProven):
        await identity.prove_client(proving(client_id, ""))


async def test_what_is_changed_is_kept_and_saying_it_again_changes_nothing(
    identity: Identity,
) -> None:
    known = (await register(identity, a_client())).client
    changed = replace(known.details, name="New", scopes=(), is_disabled=True)

    kept = await identity.update_client(an_edit(changed, known.version))

    assert kept.details == changed == await get(identity, changed.client_id)
    assert kept.version != known.version
    assert await identity.update_client(an_edit(changed, known.version)) == kept


async def test_what_was_changed_since_is_not_changed(identity: Identity) -> None:
    known = (await register(identity, a_client())).client
    kept = await identity.update_client(an_edit(replace(known.details, name="New"), known.version))

    with pytest.raises(ClientChanged) as refused:
        await identity.update_client(an_edit(replace(known.details, name="Old"), known.version))

    assert refused.value.version == kept.version
    assert (await get(identity, known.details.client_id)).name == "New"


async def test_nobody_cannot_be_changed_nor_made_unfit(identity: Identity) -> None:
    details = a_client()
    await register(identity, details)

    with pytest.raises(UnknownClient):
        await identity.update_client(an_edit(a_client()))
    with pytest.raises(UnfitClient):
        await identity.update_client(an_edit(replace(details, name="")))

    assert await get(identity, details.client_id) == details


async def test_a_secret_is_proven_and_another_is_not(identity: Identity) -> None:
    details = a_client()
    secret = (await register(identity, details)).secret

    assert await identity.prove_client(proving(details.client_id, secret)) == details

    other = (await register(identity, a_client())).secret
    for wrong in (other, "", secret and secret[:-1]):
        with pytest.raises(ClientNotProven):
            await identity.prove_client(proving(details.client_id, wrong))


async def test_what_is_kept_of_a_secret_proves_nothing(identity: Identity) -> None:
    """The digest is what callers send, and no more is needed; it is not what lies in the tables."""
    details = a_client()
    secret = (await register(identity, details)).secret or ""

    with pytest.raises(ClientNotProven):
        await identity.prove_client(
            ProveClient(client_id=details.client_id, secret_digest=digest(digest(secret)))
        )


async def test_who_is_disabled_proves_nothing(identity: Identity) -> None:
    details = a_client()
    secret = (await register(identity, details)).secret
    await identity.prove_client(proving(details.client_id, secret))

    await identity.update_client(an_edit(replace(details, is_disabled=True)))

    with pytest.raises(ClientNotProven):
        await identity.prove_client(proving(details.client_id, secret))


async def test_a_renewed_secret_takes_the_place_of_the_one_before(identity: Identity) -> None:
    details = a_client()
    before = (await register(identity, details)).secret

    told = await identity.renew_secret(RenewSecret(client_id=details.client_id))

    await identity.prove_client(proving(details.client_id, told.secret))
    with pytest.raises(ClientNotProven):
        await identity.prove_client(proving(details.client_id, before))


async def test_there_is_no_secret_for_who_shows_itself_by_other_means(identity: Identity) -> None:
    details = a_client(auth_method=NONE)
    await register(identity, details)

    with pytest.raises(UnfitClient):
        await identity.renew_secret(RenewSecret(client_id=details.client_id))


async def test_an_assertion_is_good_once_for_each_client(identity: Identity) -> None:
    one, other = a_client().client_id, a_client().client_id
    name, until = uuid4().hex * 10, utc_now() + timedelta(minutes=1)
    noting = NoteAssertion(client_id=one, name=name, expires_at=until)

    assert (await identity.note_assertion(noting)).name == name

    with pytest.raises(AssertionReplayed):
        await identity.note_assertion(noting)
    await identity.note_assertion(replace(noting, client_id=other))
    await identity.note_assertion(replace(noting, name=name.upper()))


async def test_clients_are_listed_page_by_page_in_the_order_of_their_ids(
    identity: Identity,
) -> None:
    mine = {(await register(identity, a_client())).client.details.client_id for _ in range(3)}
    listed: list[ClientId] = []
    after: str | None = None
    while True:
        page = await identity.list_clients(ListClients(after=after, most=2))
        assert 0 < len(page.items) <= 2
        listed += [one.details.client_id for one in page.items]
        if (after := page.next) is None:
            break

    assert listed == sorted(set(listed))
    assert mine <= set(listed)


@pytest.mark.parametrize("after", ["", "with space", "ü"])
async def test_no_page_ends_where_there_is_no_client(identity: Identity, after: str) -> None:
    with pytest.raises(UnknownPlace):
        await identity.list_clients(ListClients(after=after))


@pytest.mark.ucp("FET-8", "AUT-2")
async def test_a_platform_is_found_by_its_very_profile(identity: Identity) -> None:
    profile = f"https://platform.example/{uuid4()}/Profile.json"
    details = a_client(profile_url=profile)
    await register(identity, details)
    await register(identity, a_client(profile_url=None))

    async def found(url: str) -> ClientId | None:
        return (await identity.find_platform(FindPlatform(profile_url=url))).client_id

    assert await found(profile) == details.client_id
    assert [await found(url) for url in (profile.lower(), "https://x.example/", "")] == [None] * 3
    await identity.update_client(an_edit(replace(details, is_disabled=True)))
    assert await found(profile) is None


async def test_a_profile_of_two_platforms_is_of_neither(identity: Identity) -> None:
    profile = f"https://platform.example/{uuid4()}"
    await register(identity, a_client(profile_url=profile))
    await register(identity, a_client(profile_url=profile))

    found = await identity.find_platform(FindPlatform(profile_url=profile))

    assert found.client_id is None
