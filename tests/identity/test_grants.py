"""Codes, grants and refresh tokens, by the `Identity` contract: near, wire and far."""

import json
from asyncio import gather
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import update

from domain.contracts.identity import (
    APPLICATION,
    BUYER,
    PLATFORM,
    ROLES,
    SHOPPING_SCOPES,
    STAFF_SCOPES,
    AccountId,
    ClientDetails,
    ClientId,
    CodeSpent,
    EndGrant,
    FindCode,
    FindRefreshToken,
    FindStanding,
    FindVerificationKeys,
    Granted,
    GrantId,
    GrantToClient,
    Identity,
    ListAudit,
    ListGrants,
    NoSuchCode,
    NoSuchToken,
    RefreshGrant,
    RegisterClient,
    Standing,
    TokenReused,
    UnknownAccount,
    UnknownClient,
    UnknownGrant,
    UpdateClient,
    digest,
)
from infrastructure.identity.tables import accounts
from tests.conftest import KeptHouse
from tests.identity.linked import (
    MANAGE,
    READ,
    Linked,
    a_client,
    a_member_of_staff,
    an_account,
    an_agreement,
    say,
)


@pytest.fixture
def identity(house: KeptHouse) -> Identity:
    return house.contract(Identity)


@pytest.fixture
async def linked(house: KeptHouse) -> Linked:
    return await Linked.by(house)


async def standing(identity: Identity, granted: Granted) -> Standing:
    return await identity.find_standing(FindStanding(grant_id=granted.grant.grant_id))


def refreshing(granted: Granted) -> RefreshGrant:
    token = granted.refresh_token or ""
    return RefreshGrant(token_digest=digest(token), client_id=granted.grant.client_id)


def finding(granted: Granted) -> FindRefreshToken:
    return FindRefreshToken(token_digest=digest(granted.refresh_token or ""))


async def disable_client(identity: Identity, client: ClientDetails) -> None:
    disabled = replace(client, is_disabled=True)
    await identity.update_client(UpdateClient(details=disabled, version=None))


async def disable_account(house: KeptHouse, account_id: AccountId) -> None:
    one = update(accounts).where(accounts.c.account_id == account_id)
    await say(house.database, one.values(is_disabled=True))


async def test_a_code_tells_what_was_agreed_to(house: KeptHouse, identity: Identity) -> None:
    client = a_client()
    await identity.register_client(RegisterClient(details=client))
    agreed = an_agreement(client.client_id, await an_account(house.database))

    code = (await identity.grant_code(agreed)).code

    found = await identity.find_code(FindCode(code_digest=digest(code)))
    assert code.startswith("fsc_")
    assert found.granted == agreed
    assert not found.is_spent


async def test_a_code_begins_what_was_agreed_to(linked: Linked) -> None:
    granted = await linked.begun()

    grant = granted.grant
    assert (grant.client_id, grant.account_id) == (linked.client.client_id, linked.account_id)
    assert (grant.scopes, grant.nonce) == ((MANAGE, READ), "once")
    assert granted.refresh_token is not None
    assert granted.refresh_token.startswith("fsr_")
    told = await standing(linked.identity, granted)
    assert (told.is_good, told.scopes) == (True, (MANAGE, READ))
    assert (told.client_kind, told.account_kind) == (PLATFORM, BUYER)
    assert told.customer_id == f"cus_{linked.account_id.hex}"
    assert told.email == f"{linked.account_id.hex}@example.com"


async def test_there_is_no_refresh_token_where_none_is_wanted(linked: Linked) -> None:
    granted = await linked.identity.redeem_code(replace(linked.redeeming(), is_refreshable=False))

    assert granted.refresh_token is None


async def test_a_code_that_is_redeemed_again_ends_what_it_began(linked: Linked) -> None:
    granted = await linked.begun()
    refreshed = await linked.identity.refresh_grant(refreshing(granted))

    for _ in range(2):
        with pytest.raises(CodeSpent):
            await linked.begun()

    assert not (await standing(linked.identity, granted)).is_good
    with pytest.raises(NoSuchToken):
        await linked.identity.refresh_grant(refreshing(refreshed))
    found = await linked.identity.find_code(FindCode(code_digest=digest(linked.code)))
    assert found.is_spent


async def test_a_code_is_good_for_its_client_alone(house: KeptHouse, linked: Linked) -> None:
    other = await Linked.by(house)

    for wrong in (
        replace(linked.redeeming(), client_id=other.client.client_id),
        replace(linked.redeeming(), client_id=ClientId("")),
        replace(linked.redeeming(), code_digest=digest("fsc_another")),
    ):
        with pytest.raises(NoSuchCode):
            await linked.identity.redeem_code(wrong)

    assert (await standing(linked.identity, await linked.begun())).is_good


async def test_no_code_is_found_where_there_is_none(linked: Linked) -> None:
    with pytest.raises(NoSuchCode):
        await linked.identity.find_code(FindCode(code_digest=digest("fsc_another")))


async def test_another_client_cannot_end_what_a_code_began(
    house: KeptHouse, linked: Linked
) -> None:
    other, granted = await Linked.by(house), await linked.begun()

    with pytest.raises(NoSuchCode):
        await linked.identity.redeem_code(
            replace(linked.redeeming(), client_id=other.client.client_id)
        )

    assert (await standing(linked.identity, granted)).is_good


async def test_nobody_who_is_gone_or_disabled_is_given_a_code(
    house: KeptHouse, linked: Linked
) -> None:
    identity, client_id = linked.identity, linked.client.client_id
    disabled = await an_account(house.database, is_disabled=True)

    for account_id in (AccountId(uuid4()), disabled):
        with pytest.raises(UnknownAccount):
            await identity.grant_code(an_agreement(client_id, account_id))
    with pytest.raises(UnknownClient):
        await identity.grant_code(an_agreement(ClientId("nobody"), linked.account_id))
    await disable_client(identity, linked.client)
    with pytest.raises(UnknownClient):
        await identity.grant_code(an_agreement(client_id, linked.account_id))


@pytest.mark.parametrize("who", ["client", "account"])
async def test_a_code_is_not_redeemed_for_who_is_disabled(
    house: KeptHouse, linked: Linked, who: str
) -> None:
    if who == "client":
        await disable_client(linked.identity, linked.client)
    else:
        await disable_account(house, linked.account_id)

    with pytest.raises(NoSuchCode):
        await linked.begun()


async def test_each_refresh_gives_another_token(linked: Linked) -> None:
    first = await linked.begun()

    second = await linked.identity.refresh_grant(refreshing(first))
    third = await linked.identity.refresh_grant(refreshing(second))

    assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3
    assert third.grant.grant_id == first.grant.grant_id
    assert third.grant.expires_at == first.grant.expires_at
    assert third.grant.used_at >= second.grant.used_at
    assert await linked.identity.find_refresh_token(finding(third)) == third.grant
    assert await linked.identity.find_refresh_token(finding(first)) == third.grant


async def test_a_token_that_is_used_again_ends_the_grant(linked: Linked) -> None:
    first = await linked.begun()
    second = await linked.identity.refresh_grant(refreshing(first))

    with pytest.raises(TokenReused):
        await linked.identity.refresh_grant(refreshing(first))

    assert not (await standing(linked.identity, second)).is_good
    for token in (first, second):
        with pytest.raises(NoSuchToken):
            await linked.identity.refresh_grant(refreshing(token))
        with pytest.raises(NoSuchToken):
            await linked.identity.find_refresh_token(finding(token))


async def test_that_a_token_was_used_again_is_written_down(linked: Linked) -> None:
    first = await linked.begun()
    await linked.identity.refresh_grant(refreshing(first))
    with pytest.raises(TokenReused):
        await linked.identity.refresh_grant(refreshing(first))

    written = await linked.identity.list_audit(ListAudit(subject=str(first.grant.grant_id)))

    assert [(entry.deed, entry.outcome) for entry in written.items] == [
        ("granted", "done"),
        ("token_reused", "grant_ended"),
    ]
    assert (first.refresh_token or "") not in repr(written)


async def test_a_token_is_good_for_its_client_alone(house: KeptHouse, linked: Linked) -> None:
    other, granted = await Linked.by(house), await linked.begun()

    for wrong in (
        replace(refreshing(granted), client_id=other.client.client_id),
        replace(refreshing(granted), token_digest=digest("fsr_another")),
    ):
        with pytest.raises(NoSuchToken):
            await linked.identity.refresh_grant(wrong)

    await linked.identity.refresh_grant(refreshing(granted))


async def test_what_was_ended_is_good_for_nothing(linked: Linked) -> None:
    granted = await linked.begun()
    ending = EndGrant(grant_id=granted.grant.grant_id)

    for _ in range(2):
        assert (await linked.identity.end_grant(ending)).grant_id == ending.grant_id

        assert await standing(linked.identity, granted) == Standing(
            grant_id=ending.grant_id, is_good=False
        )
    with pytest.raises(NoSuchToken):
        await linked.identity.refresh_grant(refreshing(granted))


async def test_nobody_ends_what_is_not_theirs(house: KeptHouse, linked: Linked) -> None:
    other, granted = await Linked.by(house), await linked.begun()
    ending = EndGrant(grant_id=granted.grant.grant_id)

    for wrong in (
        EndGrant(grant_id=GrantId(uuid4())),
        replace(ending, client_id=other.client.client_id),
        replace(ending, account_id=other.account_id),
    ):
        with pytest.raises(UnknownGrant):
            await linked.identity.end_grant(wrong)

    assert (await standing(linked.identity, granted)).is_good
    await linked.identity.end_grant(
        replace(ending, client_id=linked.client.client_id, account_id=linked.account_id)
    )


@pytest.mark.parametrize("who", ["client", "account"])
async def test_what_was_granted_to_or_by_who_is_disabled_is_not_good(
    house: KeptHouse, linked: Linked, who: str
) -> None:
    granted = await linked.begun()
    assert (await standing(linked.identity, granted)).is_good

    if who == "client":
        await disable_client(linked.identity, linked.client)
    else:
        await disable_account(house, linked.account_id)

    assert not (await standing(linked.identity, granted)).is_good
    with pytest.raises(NoSuchToken):
        await linked.identity.refresh_grant(refreshing(granted))
    with pytest.raises(NoSuchToken):
        await linked.identity.find_refresh_token(finding(granted))


async def test_an_unknown_grant_is_not_good(identity: Identity) -> None:
    grant_id = GrantId(uuid4())

    told = await identity.find_standing(FindStanding(grant_id=grant_id))

    assert told == Standing(grant_id=grant_id, is_good=False)


async def test_staff_may_do_what_the_role_allows(house: KeptHouse, identity: Identity) -> None:
    client = a_client(kind=APPLICATION, scopes=STAFF_SCOPES)
    await identity.register_client(RegisterClient(details=client))
    account_id = await a_member_of_staff(house.database, "support")
    agreed = an_agreement(client.client_id, account_id, scopes=STAFF_SCOPES)
    code = (await identity.grant_code(agreed)).code
    linked = Linked(identity, client, account_id, code)

    told = await standing(identity, await linked.begun())

    assert set(told.scopes) == ROLES["support"]


async def test_a_client_may_act_by_itself(identity: Identity) -> None:
    client = a_client()
    await identity.register_client(RegisterClient(details=client))
    asking = GrantToClient(
        client_id=client.client_id, scopes=SHOPPING_SCOPES[:2], audience="https://a.example"
    )

    granted = await identity.grant_to_client(asking)

    assert granted.refresh_token is None
    assert granted.grant.account_id is None
    told = await standing(identity, granted)
    assert (told.is_good, told.scopes) == (True, SHOPPING_SCOPES[:2])
    assert (told.account_id, told.customer_id, told.email) == (None, None, None)

    with pytest.raises(UnknownClient):
        await identity.grant_to_client(replace(asking, client_id=ClientId("nobody")))
    await disable_client(identity, client)
    with pytest.raises(UnknownClient):
        await identity.grant_to_client(asking)
    assert not (await standing(identity, granted)).is_good


async def test_of_a_crowd_each_is_granted_or_refused_by_itself(identity: Identity) -> None:
    known, gone = a_client(), a_client()
    for one in (known, gone):
        await identity.register_client(RegisterClient(details=one))
    await disable_client(identity, gone)
    asking = [
        GrantToClient(
            client_id=client.client_id, scopes=SHOPPING_SCOPES[:2], audience=f"https://{at}.example"
        )
        for at in range(10)
        for client in (known, gone)
    ]

    told = await gather(*map(identity.grant_to_client, asking), return_exceptions=True)

    assert all(isinstance(no, UnknownClient) for no in told[1::2])
    granted = [one for one in told if isinstance(one, Granted)]
    assert [one.grant.audience for one in granted] == [one.audience for one in asking[::2]]
    assert all([(await standing(identity, one)).is_good for one in granted])


async def test_who_is_linked_is_listed_newest_first(house: KeptHouse, linked: Linked) -> None:
    identity, account_id = linked.identity, linked.account_id
    first = await linked.begun()
    client = a_client(name="Another", profile_url="https://a.example/p")
    await identity.register_client(RegisterClient(details=client))
    code = (await identity.grant_code(an_agreement(client.client_id, account_id))).code
    second = await Linked(identity, client, account_id, code).begun()
    await (await Linked.by(house)).begun()

    items = (await identity.list_grants(ListGrants(account_id=account_id))).items

    assert [one.grant for one in items] == [second.grant, first.grant]
    assert (items[0].client_name, items[0].profile_url) == ("Another", "https://a.example/p")

    await identity.end_grant(EndGrant(grant_id=second.grant.grant_id))
    await disable_client(identity, linked.client)

    assert (await identity.list_grants(ListGrants(account_id=account_id))).items == ()


async def test_keys_to_verify_tokens_with_are_public(identity: Identity) -> None:
    told = json.loads((await identity.find_verification_keys(FindVerificationKeys())).jwks)

    (key,) = told["keys"]
    assert key.keys() == {"kty", "crv", "x", "y", "kid", "alg", "use"}
    assert (key["alg"], key["use"], key["crv"]) == ("ES256", "sig", "P-256")
