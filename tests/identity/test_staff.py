"""Who works in the shop, near and far."""

from asyncio import gather
from dataclasses import replace

import pytest

from domain.contracts.identity import (
    STAFF,
    AccountChanged,
    AccountDetails,
    AccountExists,
    AddStaff,
    ChangeStaff,
    FindSession,
    GetStaff,
    Identity,
    LastOwner,
    ListAudit,
    ListStaff,
    NoSuchSession,
    ResetPassword,
    SignIn,
    UnfitAccount,
    UnknownAccount,
    UnknownPlace,
    WrongCredentials,
    digest,
)
from tests.conftest import KeptHouse
from tests.identity.account_builders import ANOTHER, PASSWORD, a_source, an_account_id, an_email
from tests.identity.letters import ticket_to


@pytest.fixture
def identity(house: KeptHouse) -> Identity:
    return house.contract(Identity)


async def added(identity: Identity, role: str = "manager") -> AccountDetails:
    return await identity.add_staff(AddStaff(email=an_email("Olga"), role=role, password=PASSWORD))


def a_change(account: AccountDetails, **parts: object) -> ChangeStaff:
    as_it_is = ChangeStaff(
        account_id=account.account_id, role=str(account.role), is_disabled=False, version=None
    )
    return replace(as_it_is, **parts)  # type: ignore[arg-type]


def a_sign_in(account: AccountDetails, password: str = PASSWORD) -> SignIn:
    return SignIn(email=account.email, password=password, kind=STAFF, source=a_source())


async def everybody(identity: Identity) -> list[AccountDetails]:
    found: list[AccountDetails] = []
    after = None
    while True:
        page = await identity.list_staff(ListStaff(after=after, most=2))
        found += page.items
        if not (after := page.next):
            return found


async def test_who_is_added_can_be_found(identity: Identity) -> None:
    first, second = await added(identity), await added(identity)

    assert await identity.get_staff(GetStaff(account_id=first.account_id)) == first
    listed = await everybody(identity)
    assert [one for one in listed if one in (first, second)] == [first, second]


async def test_adding_the_same_again_changes_nothing(identity: Identity) -> None:
    olga = await added(identity)
    same = AddStaff(email=olga.email.upper(), role="manager", password=PASSWORD)

    assert await identity.add_staff(same) == olga
    assert await identity.add_staff(replace(same, password=None)) == olga
    for other in (replace(same, password=ANOTHER), replace(same, role="support")):
        with pytest.raises(AccountExists):
            await identity.add_staff(other)
    for unfit in (replace(same, role="emperor"), replace(same, email="nobody")):
        with pytest.raises(UnfitAccount):
            await identity.add_staff(unfit)
    with pytest.raises(UnfitAccount):
        await identity.add_staff(replace(same, password="password1"))


async def test_without_a_password_one_is_chosen_by_mail(
    house: KeptHouse, identity: Identity
) -> None:
    email = an_email("Olga")
    olga = await identity.add_staff(AddStaff(email=email, role="support"))
    with pytest.raises(WrongCredentials):
        await identity.sign_in(a_sign_in(olga, ""))

    ticket = digest(await ticket_to(house.mail, email, "You can work"))
    await identity.reset_password(ResetPassword(ticket_digest=ticket, password=PASSWORD))

    signed_in = await identity.sign_in(a_sign_in(olga))
    assert (signed_in.session.account.role, signed_in.session.account.is_confirmed) == (
        "support",
        True,
    )


async def test_who_is_shut_out_is_out_at_once(identity: Identity) -> None:
    olga = await added(identity)
    signed_in = await identity.sign_in(a_sign_in(olga))

    disabled = await identity.change_staff(a_change(olga, is_disabled=True, version=olga.version))

    assert disabled.is_disabled
    with pytest.raises(NoSuchSession):
        await identity.find_session(FindSession(token_digest=digest(signed_in.token)))
    with pytest.raises(WrongCredentials):
        await identity.sign_in(a_sign_in(olga))
    await identity.change_staff(a_change(olga))
    await identity.sign_in(a_sign_in(olga))
    with pytest.raises(NoSuchSession):
        await identity.find_session(FindSession(token_digest=digest(signed_in.token)))


async def test_staff_is_changed_as_it_was_seen(identity: Identity) -> None:
    olga = await added(identity)
    promoted = await identity.change_staff(a_change(olga, role="owner", version=olga.version))

    assert await identity.change_staff(a_change(olga, role="owner", version=7)) == promoted
    with pytest.raises(AccountChanged) as refused:
        await identity.change_staff(a_change(olga, role="support", version=olga.version))
    with pytest.raises(UnfitAccount):
        await identity.change_staff(a_change(olga, role="emperor"))
    for call in (
        identity.get_staff(GetStaff(account_id=an_account_id())),
        identity.change_staff(a_change(replace(olga, account_id=an_account_id()))),
    ):
        with pytest.raises(UnknownAccount):
            await call

    assert refused.value.version == promoted.version
    entries = (await identity.list_audit(ListAudit(subject=str(olga.account_id)))).items
    assert [(one.deed, one.detail) for one in entries] == [
        ("staff_added", "manager"),
        ("role_changed", "manager -> owner"),
    ]


async def test_of_owners_who_leave_at_once_one_stays(identity: Identity) -> None:
    owners = [one for one in await everybody(identity) if one.role == "owner"]  # of other tests
    owners += [await added(identity, "owner") for _ in range(3)]

    leaving = [a_change(one, role="support") for one in owners]
    outcomes = await gather(*map(identity.change_staff, leaving), return_exceptions=True)

    assert [type(one) for one in outcomes].count(LastOwner) == 1
    (last,) = [one for one in await everybody(identity) if one.role == "owner"]
    with pytest.raises(LastOwner):
        await identity.change_staff(a_change(last, is_disabled=True))


@pytest.mark.parametrize("after", ["", " ", "nobody", "\x00"])
async def test_what_no_page_ended_with_is_refused(identity: Identity, after: str) -> None:
    with pytest.raises(UnknownPlace):
        await identity.list_staff(ListStaff(after=after))
