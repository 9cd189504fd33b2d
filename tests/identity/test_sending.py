"""Letters that wait, and how they are sent, with time as it is told."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from re import search
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.identity.send_mail import SendMail
from domain.contracts.identity import digest
from domain.identity.account import Account
from domain.identity.mail import CHOOSING, KNOWN, MOST_ATTEMPTS, RESET
from domain.identity.ports import Begin
from domain.shared.model import Conflict
from domain.shared.post import Letter, NotSent
from infrastructure.identity.identity_book import SqlIdentityBook
from infrastructure.identity.keyed_hashes import KeyedHashes
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.keys.folder import KeyFolder
from tests.engines import only
from tests.identity.account_builders import SettableClock, a_buyer
from tests.logged import lines, logged

pytestmark = only("sqlite")


class Killed(BaseException):
    """The process ends here."""


@dataclass
class FakePost:
    """Carries letters, unless `fails` says why not."""

    fails: Callable[[Letter], BaseException | None] = lambda _letter: None
    is_open: bool = True
    sent: list[Letter] = field(default_factory=list)

    async def send(self, letter: Letter) -> None:
        if failure := self.fails(letter):
            raise failure
        self.sent.append(letter)


@dataclass
class Office:
    begin: Begin
    secrets: KeyedHashes
    clock: SettableClock
    post: FakePost

    @property
    def send(self) -> SendMail:
        return SendMail(
            self.begin, self.secrets, self.post, self.clock, "Tulips", "https://shop.example"
        )

    async def ask(self, purpose: str = RESET) -> Account:
        account = a_buyer()
        async with self.begin() as book:
            await book.accounts.save(account)
            await book.mail.ask(purpose, account.account_id, self.clock())
        return account

    async def is_good(self, letter: Letter) -> bool:
        ticket = search(r"ticket=(\S+)", letter.text)
        assert ticket
        async with self.begin() as book:
            known = self.secrets.keyed(digest(ticket[1]))
            return await book.tickets.find(known, CHOOSING, self.clock()) is not None


@pytest.fixture
def office(engine: AsyncEngine, tmp_path: Path) -> Office:
    begin = partial(transaction, engine, SqlIdentityBook)
    secrets = KeyedHashes(KeyFolder(tmp_path, timedelta(minutes=10)))
    return Office(begin, secrets, SettableClock(), FakePost())


async def test_a_letter_is_sent_once_with_a_ticket_that_is_good(office: Office) -> None:
    jane = await office.ask()

    assert [await office.send(), await office.send()] == [True, True]

    (letter,) = office.post.sent
    assert letter.to == jane.email
    assert await office.is_good(letter)
    office.clock.pass_by(hours=1)
    assert not await office.is_good(letter)


async def test_where_nobody_carries_them_letters_wait_and_lose_no_try(office: Office) -> None:
    await office.ask()
    office.post.is_open = False
    for _ in range(MOST_ATTEMPTS + 1):
        assert await office.send()
        office.clock.pass_by(hours=1)

    office.post.is_open = True
    await office.send()

    assert await office.is_good(office.post.sent[0])


async def test_a_server_that_is_away_is_asked_again_later(office: Office) -> None:
    for _ in range(2):
        await office.ask()
    office.post.fails = lambda _letter: NotSent("away")
    assert not await office.send()
    office.post.fails = lambda _letter: None

    await office.send()
    assert len(office.post.sent) == 1  # the other was not tried yet, and need not wait
    office.clock.pass_by(seconds=31)
    await office.send()

    assert len({letter.to for letter in office.post.sent}) == 2


async def test_one_that_is_refused_waits_alone(office: Office) -> None:
    jane, john = await office.ask(), await office.ask()
    office.post.fails = lambda letter: (
        NotSent("refused", is_about_it=True) if letter.to == jane.email else None
    )

    assert await office.send()

    assert [letter.to for letter in office.post.sent] == [john.email]


async def test_one_that_fails_as_nobody_foresaw_waits_alone(office: Office) -> None:
    jane, john = await office.ask(), await office.ask()
    office.post.fails = lambda letter: ZeroDivisionError() if letter.to == jane.email else None
    with logged() as said:
        assert await office.send()
    assert [letter.to for letter in office.post.sent] == [john.email]
    (line,) = (line for line in lines(said) if line["event"] == "mail failed")
    assert line["account_id"] == str(jane.account_id)

    office.post.fails = lambda _letter: None
    await office.send()
    assert len(office.post.sent) == 1  # its time has not come
    office.clock.pass_by(seconds=31)
    await office.send()

    assert [letter.to for letter in office.post.sent] == [john.email, jane.email]


async def test_one_that_cannot_be_written_waits_alone(office: Office) -> None:
    await office.ask("of a release to come")
    john = await office.ask()

    assert await office.send()

    assert [letter.to for letter in office.post.sent] == [john.email]
    async with office.begin() as book:
        assert await book.mail.due(office.clock(), 9) == []


@pytest.mark.parametrize("transaction_number", range(3))
async def test_a_conflict_costs_no_try(office: Office, transaction_number: int) -> None:
    jane, whole, number = await office.ask(), office.begin, count()

    @asynccontextmanager
    async def meets_another() -> AsyncIterator[Any]:
        async with whole() as book:
            yield book
            if next(number) == transaction_number:
                raise Conflict

    office.begin = meets_another
    with pytest.raises(Conflict):
        await office.send()
    await office.send()

    assert [letter.to for letter in office.post.sent] == [jane.email]


async def test_after_a_day_it_is_given_up_without_a_word_of_whom(office: Office) -> None:
    jane = await office.ask()
    office.post.fails = lambda _letter: NotSent("away")
    with logged() as said:
        for _ in range(MOST_ATTEMPTS + 1):
            await office.send()
            office.clock.pass_by(hours=2)

    told = said.getvalue()
    assert told.count("mail given up") == told.count('"error"') == 1
    assert told.count("mail not sent") == MOST_ATTEMPTS - 1
    assert jane.email.lower() not in told.lower()
    office.post.fails = lambda _letter: None
    await office.send()
    assert office.post.sent == []


async def test_killed_when_it_was_sent_it_is_sent_again_and_the_later_is_good(
    office: Office,
) -> None:
    await office.ask()

    def dies_after(letter: Letter) -> BaseException | None:
        office.post.sent.append(letter)
        return Killed()

    office.post.fails = dies_after
    with pytest.raises(Killed):
        await office.send()
    office.post.fails = lambda _letter: None
    office.clock.pass_by(seconds=31)

    await office.send()
    await office.send()

    first, second = office.post.sent
    assert [await office.is_good(one) for one in (first, second)] == [False, True]


async def test_who_has_an_account_is_told_so_without_a_ticket(office: Office) -> None:
    await office.ask(KNOWN)

    await office.send()

    assert "ticket" not in office.post.sent[0].text
