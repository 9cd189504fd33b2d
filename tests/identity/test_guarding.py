"""How guessing is made slow, and that nothing tells who has an account, with time as it is told."""

from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.identity.ask_for_reset import AskForResetHandler
from app.identity.guard import Guard
from app.identity.sign_in import SignInHandler
from app.identity.sign_up import SignUpHandler
from domain.contracts.identity import (
    BUYER,
    AskForReset,
    SignedIn,
    SignIn,
    TooManyTries,
    WrongCredentials,
)
from domain.identity.account import Account
from domain.identity.ports import Begin
from infrastructure.identity.identity_book import SqlIdentityBook
from infrastructure.identity.keyed_hashes import KeyedHashes
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.keys.folder import KeyFolder
from tests.engines import only
from tests.identity.account_builders import (
    ANOTHER,
    PASSWORD,
    SettableClock,
    a_buyer,
    a_sign_up,
    a_source,
    an_email,
)
from tests.identity.passwords import FakePasswords
from tests.statements import counted

pytestmark = only("sqlite")


@dataclass
class Door:
    begin: Begin
    engine: AsyncEngine
    secrets: KeyedHashes
    clock: SettableClock
    passwords: FakePasswords

    @property
    def guard(self) -> Guard:
        return Guard(self.secrets, self.clock)

    async def sign_in(self, asked: SignIn) -> SignedIn:
        handler = SignInHandler(self.begin, self.secrets, self.passwords, self.guard, self.clock)
        return await handler(asked)

    @property
    def sign_up(self) -> SignUpHandler:
        return SignUpHandler(self.begin, self.passwords, self.guard, self.clock)

    @property
    def ask_for_reset(self) -> AskForResetHandler:
        return AskForResetHandler(self.begin, self.guard, self.clock)

    async def wrong(self, asked: SignIn) -> None:
        with pytest.raises(WrongCredentials):
            await self.sign_in(asked)


@pytest.fixture
def door(engine: AsyncEngine, tmp_path: Path) -> Door:
    begin = partial(transaction, engine, SqlIdentityBook)
    return Door(
        begin,
        engine,
        KeyedHashes(KeyFolder(tmp_path, timedelta(minutes=10))),
        SettableClock(),
        FakePasswords(),
    )


@pytest.fixture
async def jane(door: Door) -> Account:
    account = a_buyer(password_hash=f"v1:{PASSWORD}", is_confirmed=True)
    async with door.begin() as book:
        await book.accounts.save(account)
    return account


def a_guess(email: str | None = None, **parts: str) -> SignIn:
    return replace(SignIn(email=email or an_email(), password=ANOTHER, source=a_source()), **parts)


async def done(door: Door, work: Awaitable[object]) -> tuple[list[bool], list[str]]:
    """The hashes that were made and the statements that were issued."""
    before = len(door.passwords.hashes)
    with counted(door.engine) as statements, suppress(WrongCredentials):
        await work
    return door.passwords.hashes[before:], list(statements)


async def test_as_much_is_done_for_who_is_unknown(door: Door, jane: Account) -> None:
    known = await done(door, door.sign_in(a_guess(jane.email)))
    nobody = await done(door, door.sign_in(a_guess()))
    no_address = await done(door, door.sign_in(a_guess("no address")))

    assert known[0] == [True]
    assert known == nobody == no_address


async def test_who_signs_up_with_a_taken_address_sees_no_difference(
    door: Door, jane: Account
) -> None:
    new, newer = [await done(door, door.sign_up(a_sign_up())) for _ in range(2)]
    taken = await done(door, door.sign_up(a_sign_up(email=jane.email)))

    assert new[0] == newer[0] == taken[0] == [False]
    assert abs(len(new[1]) - len(taken[1])) <= 1


async def test_whoever_asks_for_mail_is_told_the_same(door: Door, jane: Account) -> None:
    known = await door.ask_for_reset(AskForReset(email=jane.email, source=a_source()))
    nobody = await door.ask_for_reset(AskForReset(email=an_email(), source=a_source()))

    assert known == nobody


async def test_mail_is_not_sent_without_end(door: Door, jane: Account) -> None:
    for _ in range(5):
        await door.ask_for_reset(AskForReset(email=jane.email, source=a_source()))

    with pytest.raises(TooManyTries):
        await door.ask_for_reset(AskForReset(email=jane.email, source=a_source()))
    with pytest.raises(TooManyTries):
        await door.sign_up(a_sign_up(email=jane.email))


async def test_one_place_may_not_guess_at_many(door: Door) -> None:
    source = a_source()
    for _ in range(50):
        await door.wrong(a_guess(source=source))

    with pytest.raises(TooManyTries):
        await door.sign_in(a_guess(source=source))
    await door.wrong(a_guess())


async def test_an_own_account_does_not_help_to_guess_at_others(door: Door, jane: Account) -> None:
    own = a_guess(jane.email, password=PASSWORD)
    for _ in range(50):
        await door.sign_in(own)
        await door.wrong(a_guess(source=own.source))

    with pytest.raises(TooManyTries):
        await door.sign_in(own)


async def test_an_owner_is_never_kept_out_for_long(door: Door, jane: Account) -> None:
    for _ in range(20):
        with suppress(TooManyTries):
            await door.wrong(a_guess(jane.email))
        door.clock.pass_by(minutes=15)
        await door.wrong(a_guess(jane.email))

    with pytest.raises(TooManyTries):
        await door.sign_in(a_guess(jane.email, password=PASSWORD))
    door.clock.pass_by(minutes=15)
    signed_in = await door.sign_in(a_guess(jane.email, password=PASSWORD))

    assert signed_in.session.account.account_id == jane.account_id


async def test_strangers_do_not_keep_the_owner_out_at_home(door: Door, jane: Account) -> None:
    home = a_guess(jane.email, password=PASSWORD)
    await door.sign_in(home)
    for _ in range(5):
        await door.wrong(a_guess(jane.email))
    with pytest.raises(TooManyTries):
        await door.sign_in(a_guess(jane.email, password=PASSWORD))

    for _ in range(20):
        await door.sign_in(home)


async def test_who_is_at_home_may_not_guess_without_end_either(door: Door, jane: Account) -> None:
    home = a_guess(jane.email, password=PASSWORD)
    await door.sign_in(home)
    for _ in range(5):
        await door.wrong(replace(home, password=ANOTHER))

    with pytest.raises(TooManyTries):
        await door.sign_in(home)


async def test_a_hash_of_an_older_recipe_is_renewed(door: Door, jane: Account) -> None:
    door.passwords.recipe = "v2"

    await door.sign_in(a_guess(jane.email, password=PASSWORD))

    async with door.begin() as book:
        kept = await book.accounts.get(jane.account_id)
    assert kept.password_hash == f"v2:{PASSWORD}"
    assert door.passwords.hashes == [True, False]


async def test_who_is_disabled_or_has_no_password_is_told_what_all_are_told(door: Door) -> None:
    disabled = a_buyer(password_hash=f"v1:{PASSWORD}", is_disabled=True)
    without = a_buyer(password_hash=None)
    async with door.begin() as book:
        await book.accounts.save(disabled)
        await book.accounts.save(without)

    for one in (disabled, without):
        await door.wrong(a_guess(one.email, password=PASSWORD, kind=BUYER))
