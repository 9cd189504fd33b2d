"""Whoever begins anew, leaves or is shut out has ended what others may do in their name."""

from asyncio import gather
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from domain.contracts.identity import (
    APPLICATION,
    STAFF,
    AccountDetails,
    AddStaff,
    AskForReset,
    ChangeStaff,
    ClientDetails,
    CloseAccount,
    FindStanding,
    Granted,
    GrantEnded,
    Identity,
    ListGrants,
    NoSuchCode,
    NoSuchToken,
    RedeemCode,
    RefreshGrant,
    RegisterClient,
    ResetPassword,
    digest,
)
from infrastructure.identity.tables import outbox
from tests.conftest import KeptHouse
from tests.engines import asked
from tests.identity.account_builders import ANOTHER, PASSWORD, a_source, an_email
from tests.identity.letters import ticket_to
from tests.identity.linked import a_client, an_agreement
from tests.identity.test_having_an_account import RESET, confirmed

SCOPES = ("orders:read",)


@dataclass
class Agreed:
    """What somebody has agreed to: clients that act already, and one that was just told its code."""

    identity: Identity
    granted: list[Granted]
    redeem: RedeemCode

    @classmethod
    async def by(cls, identity: Identity, account: AccountDetails) -> "Agreed":
        told = [await agreed(identity, account) for _ in range(3)]
        granted = [await identity.redeem_code(one) for one in told[:2]]
        return cls(identity, granted, told[2])

    async def is_good(self) -> list[bool]:
        standings = [
            await self.identity.find_standing(FindStanding(grant_id=one.grant.grant_id))
            for one in self.granted
        ]
        return [one.is_good for one in standings]

    async def is_over(self) -> bool:
        """Nothing is left, whoever tries."""
        for one in self.granted:
            token = RefreshGrant(
                token_digest=digest(str(one.refresh_token)), client_id=one.grant.client_id
            )
            with pytest.raises(NoSuchToken):
                await self.identity.refresh_grant(token)
        with pytest.raises(NoSuchCode):
            await self.identity.redeem_code(self.redeem)
        return not any(await self.is_good())

    def told_in(self, house: KeptHouse) -> list[str]:
        """The events of these grants."""
        its = [str(one.grant.grant_id) for one in self.granted]
        with asked(house.database).connect() as line:
            found = line.execute(select(outbox.c.name).where(outbox.c.aggregate_id.in_(its)))
            return list(found.scalars())


async def agreed(identity: Identity, account: AccountDetails) -> RedeemCode:
    client = a_platform() if account.kind != STAFF else an_application()
    await identity.register_client(RegisterClient(details=client))
    agreement = an_agreement(client.client_id, account.account_id, scopes=client.scopes)
    code = (await identity.grant_code(agreement)).code
    return RedeemCode(code_digest=digest(code), client_id=client.client_id)


def a_platform() -> ClientDetails:
    return a_client()


def an_application() -> ClientDetails:
    return a_client(kind=APPLICATION, scopes=SCOPES)


async def choosing_anew(house: KeptHouse, account: AccountDetails) -> None:
    identity = house.contract(Identity)
    asking = AskForReset(email=account.email, kind=account.kind, source=a_source())
    await identity.ask_for_reset(asking)
    ticket = await ticket_to(house.mail, account.email, RESET)
    await identity.reset_password(ResetPassword(ticket_digest=digest(ticket), password=ANOTHER))


async def closing(house: KeptHouse, account: AccountDetails) -> None:
    close = CloseAccount(account_id=account.account_id, password=PASSWORD)
    await house.contract(Identity).close_account(close)


async def shutting_out(house: KeptHouse, account: AccountDetails, *, is_out: bool = True) -> None:
    change = ChangeStaff(
        account_id=account.account_id, role=str(account.role), is_disabled=is_out, version=None
    )
    await house.contract(Identity).change_staff(change)


async def shutting_out_for_a_while(house: KeptHouse, account: AccountDetails) -> None:
    await shutting_out(house, account)
    await shutting_out(house, account, is_out=False)


async def a_buyer(house: KeptHouse) -> AccountDetails:
    return await confirmed(house, an_email())


async def a_manager(house: KeptHouse) -> AccountDetails:
    add = AddStaff(email=an_email("Olga"), role="manager", password=PASSWORD)
    return await house.contract(Identity).add_staff(add)


@pytest.mark.parametrize(
    ("who", "ends"),
    [
        (a_buyer, choosing_anew),
        (a_manager, choosing_anew),
        (a_buyer, closing),
        (a_manager, shutting_out),
        (a_manager, shutting_out_for_a_while),
    ],
)
async def test_all_that_was_granted_is_over(
    house: KeptHouse,
    who: Callable[[KeptHouse], Awaitable[AccountDetails]],
    ends: Callable[[KeptHouse, AccountDetails], Awaitable[None]],
) -> None:
    identity, account = house.contract(Identity), await who(house)
    others = await Agreed.by(identity, await who(house))
    its = await Agreed.by(identity, account)
    assert await its.is_good() == [True, True]

    await ends(house, account)

    assert await its.is_over()
    assert its.told_in(house) == [GrantEnded.name] * 2
    assert (await identity.list_grants(ListGrants(account_id=account.account_id))).items == ()
    assert await others.is_good() == [True, True]
    assert others.told_in(house) == []


async def test_what_is_redeemed_meanwhile_is_over_too(house: KeptHouse) -> None:
    identity, account = house.contract(Identity), await a_manager(house)
    told = [await agreed(identity, account) for _ in range(4)]

    *ends, _ = await gather(
        *map(identity.redeem_code, told),
        shutting_out_for_a_while(house, account),
        return_exceptions=True,
    )

    granted = [one for one in ends if isinstance(one, Granted)]
    refused = [one for one in ends if isinstance(one, NoSuchCode)]
    assert len(granted) + len(refused) == len(told)
    assert not any(await Agreed(identity, granted, told[0]).is_good())
