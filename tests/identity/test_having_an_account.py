"""From signing up to closing, near and far, with the letters that were sent."""

from asyncio import gather, sleep, timeout

import pytest

from domain.contracts.customers import (
    CreateCustomer,
    CustomerDetails,
    Customers,
    EraseCustomer,
    FindCustomer,
)
from domain.contracts.identity import (
    AccountDetails,
    AskForReset,
    ChangePassword,
    CloseAccount,
    ConfirmEmail,
    FindSession,
    Identity,
    ListSessions,
    MailOnItsWay,
    NoSuchSession,
    NoSuchTicket,
    ResetPassword,
    SignedIn,
    SignIn,
    SignUp,
    TooManyTries,
    UnfitAccount,
    UnknownAccount,
    WrongCredentials,
    digest,
)
from domain.shared.values import CustomerId
from tests.conftest import KeptHouse
from tests.identity.account_builders import (
    ANOTHER,
    PASSWORD,
    a_sign_up,
    a_source,
    an_account_id,
    an_email,
)
from tests.identity.letters import letter_to, letters_to, ticket_to

CONFIRM, RESET, KNOWN = "Confirm", "Choose a new password", "already"


@pytest.fixture
def identity(house: KeptHouse) -> Identity:
    return house.contract(Identity)


@pytest.fixture
def customers(house: KeptHouse) -> Customers:
    return house.contract(Customers)


async def signed_up(identity: Identity, email: str, password: str = PASSWORD) -> None:
    assert await identity.sign_up(a_sign_up(email=email, password=password)) == MailOnItsWay()


async def confirmed(house: KeptHouse, email: str) -> AccountDetails:
    """The account of whoever signed up with this address, and opened the link."""
    identity = house.contract(Identity)
    await signed_up(identity, email)
    ticket = await ticket_to(house.mail, email, CONFIRM)
    confirm = ConfirmEmail(ticket_digest=digest(ticket), password=PASSWORD)
    return await identity.confirm_email(confirm)


async def sign_in(identity: Identity, email: str, password: str = PASSWORD) -> SignedIn:
    return await identity.sign_in(SignIn(email=email, password=password, source=a_source()))


async def is_over(identity: Identity, signed_in: SignedIn) -> bool:
    try:
        await identity.find_session(FindSession(token_digest=digest(signed_in.token)))
    except NoSuchSession:
        return True
    return False


async def test_who_confirms_an_address_is_the_customer_who_has_it(
    house: KeptHouse, identity: Identity, customers: Customers
) -> None:
    email = an_email()
    known = CustomerDetails(customer_id=CustomerId(""), email=email.lower())
    created = await customers.create_customer(CreateCustomer(details=known))

    jane = await confirmed(house, email)

    assert jane.is_confirmed
    assert jane.customer_id == created.details.customer_id
    assert (await sign_in(identity, email)).session.account == jane


async def test_who_was_no_customer_is_one_then(house: KeptHouse, customers: Customers) -> None:
    jane = await confirmed(house, email := an_email())

    found = (await customers.find_customer(FindCustomer(email=email))).customer
    assert found
    assert jane.customer_id == found.customer_id


async def test_a_ticket_is_good_once_and_for_what_it_is(
    house: KeptHouse, identity: Identity
) -> None:
    email = an_email()
    await signed_up(identity, email)
    before = await sign_in(identity, email)
    ticket = digest(await ticket_to(house.mail, email, CONFIRM))
    with pytest.raises(NoSuchTicket):
        await identity.reset_password(ResetPassword(ticket_digest=ticket, password=ANOTHER))

    await identity.confirm_email(ConfirmEmail(ticket_digest=ticket, password=PASSWORD))

    for one in (ticket, digest("fst_guess"), ""):
        with pytest.raises(NoSuchTicket):
            await identity.confirm_email(ConfirmEmail(ticket_digest=one, password=PASSWORD))
    assert await is_over(identity, before)  # whoever that was


async def test_whoever_opens_the_link_in_good_faith_lets_no_stranger_in(
    house: KeptHouse, identity: Identity, customers: Customers
) -> None:
    """A stranger has signed up with an address of theirs, and a password of the stranger's own."""
    email, theirs = an_email(), "a password of a stranger"
    await signed_up(identity, email, theirs)
    ticket = digest(await ticket_to(house.mail, email, CONFIRM))

    for _ in range(5):
        with pytest.raises(WrongCredentials):
            await identity.confirm_email(ConfirmEmail(ticket_digest=ticket, password=PASSWORD))

    with pytest.raises(TooManyTries):
        await identity.confirm_email(ConfirmEmail(ticket_digest=ticket, password=theirs))
    strangers = (await sign_in(identity, email, theirs)).session.account
    assert (strangers.is_confirmed, strangers.customer_id) == (False, None)
    assert not (await customers.find_customer(FindCustomer(email=email))).customer


async def test_who_signs_up_again_is_told_by_mail_alone(
    house: KeptHouse, identity: Identity
) -> None:
    email = an_email()
    await confirmed(house, email)

    await signed_up(identity, email, ANOTHER)

    letter = await letter_to(house.mail, email, KNOWN)
    assert "ticket" not in letter.get_content()
    with pytest.raises(WrongCredentials):
        await sign_in(identity, email, ANOTHER)
    await sign_in(identity, email)


async def test_a_stranger_who_signed_up_first_gets_nothing_of_it(
    house: KeptHouse, identity: Identity
) -> None:
    """They wait for the owner to confirm what they began."""
    email = an_email()
    await signed_up(identity, email, "a password of a stranger")
    strangers = await sign_in(identity, email, "a password of a stranger")
    old = await ticket_to(house.mail, email, CONFIRM)

    await signed_up(identity, email)
    ticket = await ticket_to(house.mail, email, RESET)
    jane = await identity.reset_password(
        ResetPassword(ticket_digest=digest(ticket), password=PASSWORD)
    )

    assert jane.is_confirmed
    assert jane.customer_id
    assert await is_over(identity, strangers)
    with pytest.raises(WrongCredentials):
        await sign_in(identity, email, "a password of a stranger")
    with pytest.raises(NoSuchTicket):
        await identity.confirm_email(ConfirmEmail(ticket_digest=digest(old), password=PASSWORD))
    await sign_in(identity, email)


@pytest.mark.parametrize(("email", "password"), [("nobody", PASSWORD), ("a@b.example", "short")])
async def test_what_may_not_be_is_refused(identity: Identity, email: str, password: str) -> None:
    with pytest.raises(UnfitAccount) as refused:
        await identity.sign_up(SignUp(email=email, password=password, source=a_source()))

    assert password not in str(refused.value)


async def test_a_password_is_chosen_by_mail_and_all_are_out(
    house: KeptHouse, identity: Identity
) -> None:
    email = an_email()
    await confirmed(house, email)
    before = await sign_in(identity, email)
    await identity.ask_for_reset(AskForReset(email=email.upper(), source=a_source()))
    reset = ResetPassword(
        ticket_digest=digest(await ticket_to(house.mail, email, RESET)), password=email
    )
    with pytest.raises(UnfitAccount):
        await identity.reset_password(reset)

    reset = ResetPassword(ticket_digest=reset.ticket_digest, password=ANOTHER)
    await identity.reset_password(reset)

    with pytest.raises(NoSuchTicket):
        await identity.reset_password(reset)
    assert await is_over(identity, before)
    with pytest.raises(WrongCredentials):
        await sign_in(identity, email)
    await sign_in(identity, email, ANOTHER)


async def test_of_two_who_use_one_ticket_one_chooses(house: KeptHouse, identity: Identity) -> None:
    email = an_email()
    await confirmed(house, email)
    await identity.ask_for_reset(AskForReset(email=email, source=a_source()))
    ticket = digest(await ticket_to(house.mail, email, RESET))
    resets = [
        ResetPassword(ticket_digest=ticket, password=f"{ANOTHER} {number}") for number in range(2)
    ]

    outcomes = await gather(*map(identity.reset_password, resets), return_exceptions=True)

    assert {type(one) for one in outcomes} == {AccountDetails, NoSuchTicket}


async def test_whoever_is_unknown_gets_no_mail(house: KeptHouse, identity: Identity) -> None:
    known, unknown = an_email(), an_email()
    await confirmed(house, known)

    for email in (unknown, known):
        asked = AskForReset(email=email, source=a_source())
        assert await identity.ask_for_reset(asked) == MailOnItsWay()

    await letter_to(house.mail, known, RESET)
    assert letters_to(house.mail, unknown) == []


async def test_another_password_ends_all_other_sessions(
    house: KeptHouse, identity: Identity
) -> None:
    email = an_email()
    jane = await confirmed(house, email)
    mine, other = await sign_in(identity, email), await sign_in(identity, email)
    change = ChangePassword(
        account_id=jane.account_id,
        session_id=mine.session.session_id,
        old=PASSWORD,
        new=ANOTHER,
    )

    changed = await identity.change_password(change)

    assert changed.account_id == jane.account_id
    assert [await is_over(identity, one) for one in (mine, other)] == [False, True]
    with pytest.raises(WrongCredentials):
        await identity.change_password(change)
    await sign_in(identity, email, ANOTHER)


async def test_who_is_closed_is_forgotten(
    house: KeptHouse, identity: Identity, customers: Customers
) -> None:
    email = an_email()
    jane = await confirmed(house, email)
    signed_in = await sign_in(identity, email)
    close = CloseAccount(account_id=jane.account_id, password=ANOTHER)
    with pytest.raises(WrongCredentials):
        await identity.close_account(close)

    await identity.close_account(CloseAccount(account_id=jane.account_id, password=PASSWORD))

    assert await is_over(identity, signed_in)
    with pytest.raises(WrongCredentials):
        await sign_in(identity, email)
    for account_id in (jane.account_id, an_account_id()):
        with pytest.raises(UnknownAccount):
            await identity.close_account(CloseAccount(account_id=account_id, password=PASSWORD))
    assert (await customers.find_customer(FindCustomer(email=email))).customer


async def test_who_is_erased_as_a_customer_has_no_account(
    house: KeptHouse, identity: Identity, customers: Customers
) -> None:
    jane = await confirmed(house, an_email())
    signed_in = await sign_in(identity, jane.email)
    assert jane.customer_id

    await customers.erase_customer(EraseCustomer(customer_id=jane.customer_id))

    async with timeout(60):
        while not await is_over(identity, signed_in):  # noqa: ASYNC110  # it has no event
            await sleep(0.02)
    assert (await identity.list_sessions(ListSessions(account_id=jane.account_id))).items == ()
    with pytest.raises(WrongCredentials):
        await sign_in(identity, jane.email)
