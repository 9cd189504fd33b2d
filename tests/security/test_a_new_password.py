"""Whoever chooses a new password has shut out whoever was in, wherever they had got to."""

from asyncio import gather

import pytest

from domain.contracts.identity import (
    AskForReset,
    ConfirmEmail,
    FindStanding,
    Granted,
    Identity,
    NoSuchCode,
    RegisterClient,
    ResetPassword,
    SignUp,
    digest,
)
from tests.conftest import KeptHouse
from tests.identity.account_builders import ANOTHER, PASSWORD, a_source, an_email
from tests.identity.letters import ticket_to
from tests.identity.linked import Linked, a_client, an_agreement


async def broken_into(house: KeptHouse) -> tuple[Linked, ResetPassword]:
    """A thief has agreed to something, and has not redeemed the code; the owner has had mail."""
    identity, email, client = house.contract(Identity), an_email(), a_client()
    await identity.sign_up(SignUp(email=email, password=PASSWORD, source=a_source()))
    ticket = digest(await ticket_to(house.mail, email, "Confirm"))
    account = await identity.confirm_email(ConfirmEmail(ticket_digest=ticket, password=PASSWORD))
    await identity.register_client(RegisterClient(details=client))
    agreed = an_agreement(client.client_id, account.account_id)
    code = (await identity.grant_code(agreed)).code
    await identity.ask_for_reset(AskForReset(email=email, source=a_source()))
    ticket = digest(await ticket_to(house.mail, email, "Choose a new"))
    linked = Linked(identity, client, account.account_id, code)
    return linked, ResetPassword(ticket_digest=ticket, password=ANOTHER)


async def test_a_code_that_nobody_has_redeemed_is_void(house: KeptHouse) -> None:
    linked, reset = await broken_into(house)

    await linked.identity.reset_password(reset)

    with pytest.raises(NoSuchCode):
        await linked.begun()


async def test_a_code_that_is_redeemed_at_that_moment_leads_to_nothing(house: KeptHouse) -> None:
    linked, reset = await broken_into(house)

    redeemed, _ = await gather(
        linked.begun(), linked.identity.reset_password(reset), return_exceptions=True
    )

    if isinstance(redeemed, Granted):
        asked = FindStanding(grant_id=redeemed.grant.grant_id)
        assert not (await linked.identity.find_standing(asked)).is_good
    else:
        assert isinstance(redeemed, NoSuchCode)
