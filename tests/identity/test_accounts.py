"""What accounts keep, on a real database."""

from asyncio import gather
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.contracts.identity import STAFF, TooManyTries, UnknownAccount
from domain.identity.account import Account
from domain.identity.mail import CHOOSING, CONFIRM, KNOWN, RESET, Waiting
from domain.identity.ports import Begin
from domain.identity.tries import Tries
from domain.shared.model import Conflict
from domain.shared.values import CustomerId
from infrastructure.identity.identity_book import SqlIdentityBook
from infrastructure.identity.tables import accounts, mail, outbox, sessions, tickets
from infrastructure.shared.database.collisions import again
from infrastructure.shared.database.engines import transaction
from tests.identity.account_builders import (
    NOON,
    a_buyer,
    a_full_account,
    a_member_of_staff,
    a_session,
    an_account_id,
)
from tests.statements import counted

SOON = NOON + timedelta(minutes=1)


@pytest.fixture
def begin(engine: AsyncEngine) -> Begin:
    return partial(transaction, engine, SqlIdentityBook)


async def given(begin: Begin, *some: Account) -> None:
    async with begin() as book:
        for account in some:
            await book.accounts.save(account)


async def test_an_account_comes_back_whole(begin: Begin) -> None:
    olga, jane = a_full_account(), a_buyer()

    await given(begin, olga, jane)

    async with begin() as book:
        assert await book.accounts.get(olga.account_id) == olga
        assert await book.accounts.find_by_email("buyer", jane.email.lower()) == jane
        assert await book.accounts.find_by_email(STAFF, jane.email.lower()) is None
        assert await book.accounts.find_by_customer(CustomerId(str(olga.customer_id))) == [olga]
        assert await book.accounts.find(an_account_id()) is None
        with pytest.raises(UnknownAccount):
            await book.accounts.get(an_account_id())


async def test_no_two_of_a_kind_have_one_email_address(begin: Begin) -> None:
    jane = a_buyer()
    await given(begin, jane)

    await given(begin, a_member_of_staff(email=jane.email))
    with pytest.raises(Conflict):
        await given(begin, a_buyer(email=jane.email.upper()))


async def test_of_two_who_change_an_account_the_second_is_told(begin: Begin) -> None:
    olga = a_member_of_staff()
    await given(begin, olga)
    async with begin() as book:
        mine = await book.accounts.get(olga.account_id)
    async with begin() as book:
        theirs = await book.accounts.get(olga.account_id)
        theirs.choose_password("another hash")
        await book.accounts.save(theirs)

    mine.choose_password("mine")
    with pytest.raises(Conflict):
        await given(begin, mine)

    async with begin() as book:
        assert (await book.accounts.get(olga.account_id)).password_hash == "another hash"


async def test_saving_what_has_not_changed_writes_nothing(
    begin: Begin, engine: AsyncEngine
) -> None:
    olga = a_full_account()
    await given(begin, olga)

    async with begin() as book:
        its = await book.accounts.get(olga.account_id)
        with counted(engine) as statements:
            await book.accounts.save(its)

    assert statements == []


async def test_who_is_removed_leaves_nothing_but_word_of_it(
    begin: Begin, engine: AsyncEngine
) -> None:
    jane, john = a_buyer(), a_buyer()
    await given(begin, jane, john)
    async with begin() as book:
        for number, one in enumerate((jane, john)):
            await book.sessions.add(a_session(one), f"token {number}")
            await book.tickets.make(f"ticket {number}", CONFIRM, one.account_id, SOON)
            await book.mail.ask(CONFIRM, one.account_id, NOON)

    async with begin() as book:
        its = await book.accounts.get(jane.account_id)
        its.close()
        await book.accounts.remove(its)

    async with engine.connect() as connection:
        for table in (accounts, sessions, tickets, mail):
            left = (await connection.execute(select(table.c.account_id))).scalars().all()
            assert left == [john.account_id]
        (told,) = (await connection.execute(select(outbox))).all()
    assert (told.name, told.aggregate_id) == ("identity.account_closed.v1", str(jane.account_id))


async def test_staff_is_listed_in_the_order_in_which_it_came(begin: Begin) -> None:
    staff = [a_member_of_staff(account_id=an_account_id(NOON + timedelta(n))) for n in range(3)]
    await given(begin, staff[1], a_buyer(), staff[2], staff[0])

    async with begin() as book:
        assert await book.accounts.page_of_staff(None, 2) == staff[:2]
        assert await book.accounts.page_of_staff(staff[1].account_id, 2) == staff[2:]


async def test_owners_are_those_who_can_let_others_in(begin: Begin) -> None:
    olga, otto = a_member_of_staff(), a_member_of_staff()
    await given(
        begin, olga, otto, a_member_of_staff("manager"), a_member_of_staff(is_disabled=True)
    )

    async with begin() as book:
        assert await book.accounts.lock_owners() == {olga.account_id, otto.account_id}


async def test_a_session_is_found_by_its_token_until_it_is_ended(begin: Begin) -> None:
    jane, john = a_buyer(), a_buyer()
    await given(begin, jane, john)
    first, second = a_session(jane), a_session(jane, SOON)
    async with begin() as book:
        for name, session in (("a", first), ("b", second), ("c", a_session(john))):
            await book.sessions.add(session, name)
        await book.sessions.note_use(used := second.seen("buyer", SOON + timedelta(hours=1)))

    async with begin() as book:
        assert await book.sessions.find("a") == first
        assert await book.sessions.find("b") == used
        assert await book.sessions.find("d") is None
        assert await book.sessions.of_account(jane.account_id, SOON, 9) == [used, first]
        assert await book.sessions.of_account(jane.account_id, first.expires_at, 9) == [used]
        assert await book.sessions.end(john.account_id, only=first.session_id) == 0
        assert await book.sessions.end(jane.account_id, but=first.session_id) == 1
        assert await book.sessions.end(jane.account_id, only=first.session_id) == 1
        assert await book.sessions.end(jane.account_id) == 0
        assert await book.sessions.find("c")


async def test_the_newest_ticket_is_good_for_its_purpose_once(begin: Begin) -> None:
    jane = a_buyer()
    await given(begin, jane)

    async with begin() as book:
        await book.tickets.make("old", RESET, jane.account_id, SOON)
        await book.tickets.make("new", RESET, jane.account_id, SOON)
        await book.tickets.make("other", CONFIRM, jane.account_id, SOON)

    async with begin() as book:
        assert await book.tickets.find("old", CHOOSING, NOON) is None
        assert await book.tickets.find("new", (CONFIRM,), NOON) is None
        assert await book.tickets.find("new", CHOOSING, SOON) is None
        assert await book.tickets.find("new", CHOOSING, NOON) == jane.account_id
        assert await book.tickets.use("new")
        assert not await book.tickets.use("new")
        await book.tickets.void(jane.account_id)
        assert not await book.tickets.use("other")


async def test_of_two_who_use_a_ticket_at_once_one_does(begin: Begin) -> None:
    jane = a_buyer()
    await given(begin, jane)
    async with begin() as book:
        await book.tickets.make("one", RESET, jane.account_id, SOON)

    async def use() -> bool:
        async with begin() as book:
            return await book.tickets.use("one")

    assert sorted(await gather(*(again(use) for _ in range(4)))) == [False] * 3 + [True]


async def test_one_letter_of_a_purpose_waits(begin: Begin) -> None:
    jane = a_buyer()
    await given(begin, jane)
    for purpose in (CONFIRM, CONFIRM, KNOWN):
        async with begin() as book:
            await book.mail.ask(purpose, jane.account_id, NOON)

    async with begin() as book:
        due = await book.mail.due(NOON, 9)

    assert sorted(one.purpose for one in due) == [CONFIRM, KNOWN]


async def test_a_letter_is_begun_by_one_and_waits_until_it_is_sent(begin: Begin) -> None:
    jane = a_buyer()
    await given(begin, jane)
    async with begin() as book:
        await book.mail.ask(RESET, jane.account_id, NOON)
    (waiting,) = await due(begin)

    assert await begun(begin, waiting)
    assert not await begun(begin, waiting)
    assert await due(begin) == []
    async with begin() as book:
        (again_due,) = await book.mail.due(SOON, 9)
        assert again_due.attempts == 1
        await book.mail.end(waiting, SOON)
        assert await book.mail.due(SOON, 9) == []


async def test_a_letter_that_is_asked_for_while_it_is_sent_is_sent_again(begin: Begin) -> None:
    jane = a_buyer()
    await given(begin, jane)
    async with begin() as book:
        await book.mail.ask(RESET, jane.account_id, NOON)
    (waiting,) = await due(begin)
    await begun(begin, waiting)

    async with begin() as book:
        await book.mail.ask(RESET, jane.account_id, NOON)
    async with begin() as book:
        await book.mail.end(waiting, SOON)

    assert [one.attempts for one in await due(begin)] == [0]


async def due(begin: Begin) -> list[Waiting]:
    async with begin() as book:
        return await book.mail.due(NOON, 9)


async def begun(begin: Begin, waiting: Waiting) -> bool:
    async with begin() as book:
        return await book.mail.begin(waiting, SOON)


async def test_what_was_tried_is_remembered_for_a_while(begin: Begin) -> None:
    async with begin() as book:
        assert await book.tries.take("a", NOON) == Tries(0, NOON)
        assert not await book.tries.is_kept("a", NOON)
        await book.tries.put("a", Tries(6, SOON), SOON)

    async with begin() as book:
        assert await book.tries.take("a", NOON) == Tries(6, SOON)
        assert await book.tries.is_kept("a", NOON)
        assert not await book.tries.is_kept("a", SOON)
        assert await book.tries.take("a", SOON) == Tries(0, SOON)
        await book.tries.forget("a")
        assert await book.tries.take("a", NOON) == Tries(0, NOON)


async def test_of_a_crowd_no_more_come_through_than_may(begin: Begin) -> None:
    async def one() -> bool:
        async with begin() as book:
            tries = (await book.tries.take("a", NOON)).one_more(5, NOON)
            await book.tries.put("a", tries, SOON)
            return True

    outcomes = await gather(*(again(one) for _ in range(50)), return_exceptions=True)

    assert outcomes.count(True) <= 5
    told = {type(one) for one in outcomes if one is not True}
    assert told <= {TooManyTries, Conflict}
    async with begin() as book:
        assert (await book.tries.take("a", NOON)).count == outcomes.count(True)


async def test_nothing_is_left_of_what_failed(begin: Begin, engine: AsyncEngine) -> None:
    async def save_and_fail() -> None:
        async with begin() as book:
            await book.accounts.save(a_buyer())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await save_and_fail()

    async with engine.connect() as connection:
        assert (await connection.execute(select(func.count()).select_from(accounts))).scalar() == 0
