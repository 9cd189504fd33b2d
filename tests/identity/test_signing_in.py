"""Signing in, and what comes of it, near and far."""

from asyncio import gather
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.contracts.identity import (
    BUYER,
    STAFF,
    AccountDetails,
    AddStaff,
    EndSession,
    FindSession,
    Identity,
    ListAudit,
    ListSessions,
    NoSuchSession,
    SessionId,
    SignedIn,
    SignIn,
    TooManyTries,
    WrongCredentials,
    digest,
)
from domain.shared.model import TryAgainLater
from tests.conftest import KeptHouse
from tests.identity.account_builders import (
    ANOTHER,
    PASSWORD,
    a_sign_up,
    a_source,
    an_account_id,
    an_email,
)


@pytest.fixture
def identity(house: KeptHouse) -> Identity:
    return house.contract(Identity)


@pytest.fixture
async def olga(identity: Identity) -> AccountDetails:
    """A manager."""
    email = an_email("Olga")
    return await identity.add_staff(AddStaff(email=email, role="manager", password=PASSWORD))


def a_sign_in(account: AccountDetails, **parts: object) -> SignIn:
    plain = SignIn(
        email=account.email, password=PASSWORD, kind=STAFF, source=a_source(), agent="Firefox"
    )
    return replace(plain, **parts)  # type: ignore[arg-type]


async def find(identity: Identity, signed_in: SignedIn) -> AccountDetails:
    found = await identity.find_session(FindSession(token_digest=digest(signed_in.token)))
    return found.account


async def test_who_signs_in_has_a_session(identity: Identity, olga: AccountDetails) -> None:
    asked = a_sign_in(olga, email=f" {olga.email.upper()} ")

    signed_in = await identity.sign_in(asked)

    assert signed_in.token.startswith("fse_")
    assert await find(identity, signed_in) == signed_in.session.account == olga
    session = signed_in.session
    assert (session.agent, session.source) == ("Firefox", asked.source)
    assert session.expires_at - session.signed_in_at == timedelta(hours=12)


async def test_who_is_unknown_is_told_what_a_wrong_password_is_told(
    identity: Identity, olga: AccountDetails
) -> None:
    await identity.sign_in(a_sign_in(olga))
    for asked in (
        a_sign_in(olga, password=ANOTHER),
        a_sign_in(olga, kind=BUYER),
        a_sign_in(olga, email=an_email()),
        a_sign_in(olga, email="no address \x00"),
        a_sign_in(olga, password=""),
    ):
        with pytest.raises(WrongCredentials):
            await identity.sign_in(asked)


async def test_guesses_are_slowed_down_and_the_right_one_is_too(
    identity: Identity, olga: AccountDetails
) -> None:
    for _ in range(5):
        with pytest.raises(WrongCredentials):
            await identity.sign_in(a_sign_in(olga, password=ANOTHER))

    with pytest.raises(TooManyTries) as refused:
        await identity.sign_in(a_sign_in(olga))

    assert 0 < refused.value.retry_after_seconds <= 31


async def test_of_a_crowd_of_guesses_few_are_looked_at(
    identity: Identity, olga: AccountDetails
) -> None:
    guesses = [a_sign_in(olga, password=f"guess number {n}") for n in range(50)]

    outcomes = await gather(*map(identity.sign_in, guesses), return_exceptions=True)

    told = [type(one) for one in outcomes]
    assert set(told) <= {WrongCredentials, TooManyTries, TryAgainLater}
    assert told.count(WrongCredentials) <= 5


async def test_strangers_who_guess_do_not_keep_the_owner_out_at_home(
    identity: Identity, olga: AccountDetails
) -> None:
    home = a_sign_in(olga)
    await identity.sign_in(home)
    for _ in range(5):
        with pytest.raises(WrongCredentials):
            await identity.sign_in(a_sign_in(olga, password=ANOTHER))
    with pytest.raises(TooManyTries):
        await identity.sign_in(a_sign_in(olga))

    assert (await identity.sign_in(home)).session.account == olga


async def test_a_session_that_is_ended_is_over(identity: Identity, olga: AccountDetails) -> None:
    first, second, third = [await identity.sign_in(a_sign_in(olga)) for _ in range(3)]
    mine = ListSessions(account_id=olga.account_id)
    assert [one.session_id for one in (await identity.list_sessions(mine)).items] == [
        one.session.session_id for one in (third, second, first)
    ]

    its = EndSession(account_id=olga.account_id, session_id=first.session.session_id)
    for _ in range(2):
        await identity.end_session(its)

    with pytest.raises(NoSuchSession):
        await find(identity, first)
    assert await find(identity, second) == olga
    await identity.end_session(EndSession(account_id=olga.account_id))
    with pytest.raises(NoSuchSession):
        await find(identity, second)
    assert (await identity.list_sessions(mine)).items == ()


async def test_nobody_ends_sessions_of_others(identity: Identity, olga: AccountDetails) -> None:
    signed_in = await identity.sign_in(a_sign_in(olga))
    session_id = signed_in.session.session_id

    await identity.end_session(EndSession(account_id=an_account_id(), session_id=session_id))
    await identity.end_session(
        EndSession(account_id=olga.account_id, session_id=SessionId(uuid4()))
    )

    assert await find(identity, signed_in) == olga


@pytest.mark.parametrize("token", ["", "fse_", "fse_guess"])
async def test_a_token_that_nobody_was_told_opens_nothing(identity: Identity, token: str) -> None:
    with pytest.raises(NoSuchSession):
        await identity.find_session(FindSession(token_digest=digest(token)))


async def test_what_happened_at_the_door_is_written_down(
    identity: Identity, olga: AccountDetails
) -> None:
    asked = a_sign_in(olga)
    signed_in = await identity.sign_in(asked)
    with pytest.raises(WrongCredentials):
        await identity.sign_in(replace(asked, password=ANOTHER))
    await identity.end_session(EndSession(account_id=olga.account_id))

    of_her = ListAudit(subject=str(olga.account_id))
    entries = (await identity.list_audit(of_her)).items

    assert [(one.deed, one.outcome, one.source) for one in entries] == [
        ("staff_added", "done", ""),
        ("signed_in", "done", asked.source),
        ("sign_in_failed", "refused", asked.source),
        ("signed_out", "done", ""),
    ]
    told = repr(entries)
    assert not any(secret in told for secret in (PASSWORD, ANOTHER, signed_in.token))


async def test_a_buyer_signs_in_before_the_address_is_confirmed(identity: Identity) -> None:
    asked = a_sign_up()
    await identity.sign_up(asked)

    signed_in = await identity.sign_in(
        SignIn(email=asked.email, password=PASSWORD, source=asked.source)
    )

    account = signed_in.session.account
    assert (account.kind, account.is_confirmed, account.customer_id) == (BUYER, False, None)
    assert signed_in.session.expires_at - signed_in.session.signed_in_at == timedelta(days=30)
