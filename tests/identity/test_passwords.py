"""Real hashes."""

from asyncio import gather

import pytest
from argon2 import PasswordHasher

from domain.shared.model import Conflict
from infrastructure.identity.argon2_passwords import Argon2Passwords
from infrastructure.shared.database.engines import only_transaction
from tests.identity.account_builders import ANOTHER, PASSWORD


async def test_a_password_is_known_by_its_hash() -> None:
    passwords = Argon2Passwords()

    known = await passwords.hashed(PASSWORD)

    assert known.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert known != await passwords.hashed(PASSWORD)
    assert await passwords.is_it(PASSWORD, known)
    assert not await passwords.is_it(ANOTHER, known)
    assert not await passwords.is_it(PASSWORD, None)
    assert not await passwords.is_it(PASSWORD, "no hash")
    assert not await passwords.is_it("\ud800", known)
    passwords.close()


async def test_how_a_keyboard_composes_it_does_not_matter() -> None:
    passwords = Argon2Passwords()

    known = await passwords.hashed("Zo\u00eb has a password")

    assert await passwords.is_it("Zoe\u0308 has a password", known)
    passwords.close()


async def test_a_hash_by_weaker_parameters_is_outdated() -> None:
    passwords = Argon2Passwords()
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)

    assert passwords.is_outdated(weak)
    assert not passwords.is_outdated(await passwords.hashed(PASSWORD))
    passwords.close()


async def test_the_line_has_an_end() -> None:
    passwords = Argon2Passwords(cores=1)

    async def one() -> None:
        with passwords.in_line():
            await passwords.is_it(PASSWORD, None)

    outcomes = await gather(*(one() for _ in range(40)), return_exceptions=True)
    turned_away = len([one for one in outcomes if isinstance(one, Conflict)])

    assert turned_away == 40 - 16
    await one()
    passwords.close()


async def test_nothing_is_hashed_in_an_open_transaction() -> None:
    passwords = Argon2Passwords()

    with only_transaction(), pytest.raises(RuntimeError):
        await passwords.hashed(PASSWORD)

    passwords.close()
