"""Two at once: one wins, and nothing is given twice. By the `Identity` contract."""

from asyncio import gather

import pytest

from domain.contracts.identity import (
    ClientExists,
    CodeSpent,
    EndGrant,
    FindApiKey,
    FindStanding,
    Granted,
    Identity,
    ListAudit,
    MakeApiKey,
    NoSuchToken,
    NoteAssertion,
    RegisterClient,
    TokenReused,
    digest,
)
from infrastructure.shared.clock import utc_now
from tests.conftest import KeptHouse
from tests.identity.linked import Linked, a_client
from tests.identity.test_grants import refreshing, standing

TWINS = 4


@pytest.fixture
def identity(house: KeptHouse) -> Identity:
    return house.contract(Identity)


@pytest.fixture
async def linked(house: KeptHouse) -> Linked:
    return await Linked.by(house)


async def test_of_many_who_redeem_a_code_at_once_one_is_first_and_none_is_left(
    linked: Linked,
) -> None:
    ends = await gather(*(linked.begun() for _ in range(TWINS)), return_exceptions=True)

    (first,) = [end for end in ends if isinstance(end, Granted)]
    assert sum(isinstance(end, CodeSpent) for end in ends) == TWINS - 1
    assert not (await standing(linked.identity, first)).is_good


async def test_of_many_who_use_a_token_at_once_one_is_first_and_the_grant_ends(
    linked: Linked,
) -> None:
    granted = await linked.begun()
    again = linked.identity.refresh_grant

    ends = await gather(*(again(refreshing(granted)) for _ in range(TWINS)), return_exceptions=True)

    (first,) = [end for end in ends if isinstance(end, Granted)]
    refused = [end for end in ends if end is not first]
    assert {type(end) for end in refused} <= {TokenReused, NoSuchToken}
    assert sum(isinstance(end, TokenReused) for end in refused) == 1
    assert not (await standing(linked.identity, first)).is_good
    with pytest.raises(NoSuchToken):
        await again(refreshing(first))


async def test_what_ends_while_it_is_refreshed_has_ended(linked: Linked) -> None:
    granted = await linked.begun()
    ending = EndGrant(grant_id=granted.grant.grant_id)

    ends = await gather(
        linked.identity.refresh_grant(refreshing(granted)),
        *(linked.identity.end_grant(ending) for _ in range(TWINS)),
        return_exceptions=True,
    )

    assert isinstance(ends[0], Granted | NoSuchToken)
    assert not any(isinstance(end, Exception) for end in ends[1:])
    told = await linked.identity.find_standing(FindStanding(grant_id=ending.grant_id))
    assert not told.is_good
    written = await linked.identity.list_audit(ListAudit(subject=str(ending.grant_id)))
    assert [entry.deed for entry in written.items].count("grant_ended") == 1


async def test_of_many_who_register_a_client_at_once_one_has_its_secret(
    identity: Identity,
) -> None:
    asking = RegisterClient(details=a_client())

    ends = await gather(
        *(identity.register_client(asking) for _ in range(TWINS)), return_exceptions=True
    )

    assert sum(isinstance(end, ClientExists) for end in ends) == TWINS - 1


async def test_an_assertion_that_is_shown_many_times_at_once_is_good_once(
    linked: Linked,
) -> None:
    noting = NoteAssertion(client_id=linked.client.client_id, name="one", expires_at=utc_now())

    ends = await gather(
        *(linked.identity.note_assertion(noting) for _ in range(TWINS)), return_exceptions=True
    )

    assert sum(not isinstance(end, Exception) for end in ends) == 1


async def test_a_key_that_is_made_known_many_times_at_once_is_one(identity: Identity) -> None:
    known = digest(f"known {utc_now()}")
    asking = MakeApiKey(name="known", scopes=("orders:read",), key_digest=known)

    made = await gather(*(identity.make_api_key(asking) for _ in range(TWINS)))

    (key_id,) = {one.details.key_id for one in made}
    holders = await gather(
        *(identity.find_api_key(FindApiKey(key_digest=known)) for _ in range(TWINS))
    )
    assert {one.key_id for one in holders} == {key_id}
