"""What identity keeps, on a real database."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.identity.find_api_key import FindApiKeyHandler
from app.identity.find_standing import FindStandingHandler
from app.identity.grant_to_client import GrantToClientHandler
from domain.contracts.identity import (
    ApiKeyDetails,
    ClientId,
    FindApiKey,
    FindStanding,
    GrantEnded,
    GrantId,
    GrantToClient,
    KeyId,
    UnknownApiKey,
    digest,
)
from domain.identity.api_key import ApiKey
from domain.identity.client import Client
from domain.identity.code import Code
from domain.identity.grant import Grant
from domain.identity.mail import CONFIRM
from domain.identity.ports import Begin
from domain.shared.ids import uuid7
from domain.shared.model import Conflict
from infrastructure.identity.identity_book import SqlIdentityBook
from infrastructure.identity.keyed_hashes import KeyedHashes
from infrastructure.identity.leftovers import LEFTOVERS
from infrastructure.identity.own_grants import kept_together
from infrastructure.identity.tables import outbox
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.keys.folder import KeyFolder
from infrastructure.shared.routines.purge import Kind, Purge
from tests.identity.account_builders import a_buyer, a_member_of_staff
from tests.identity.linked import AUDIENCE, NOW, a_client, an_account, an_agreement
from tests.statements import counted

DAY = timedelta(days=1)
DAYS: dict[Kind, int] = {"claims": 7, "expired": 0, "attempts": 90}


@pytest.fixture
def begin(engine: AsyncEngine) -> Begin:
    return partial(transaction, engine, SqlIdentityBook)


@pytest.fixture
def database(engine: AsyncEngine) -> str:
    return engine.url.render_as_string(hide_password=False)


async def a_kept_client(begin: Begin) -> Client:
    details = a_client(
        name="Größe & Söhne",
        redirect_uris=("https://b.example/", "https://a.example/?x=1&y=%20"),
        profile_url="https://a.example/profile.json",
    )
    client = Client.registered(details, "a keyed hash", NOW)
    async with begin() as book:
        await book.clients.save(client)
    return client


def a_key(client: Client | None = None) -> ApiKey:
    details = ApiKeyDetails(
        key_id=KeyId(uuid7(NOW)),
        prefix="fsk_12345678",
        name="a machine",
        scopes=client.details.scopes if client else ("orders:read", "orders:write"),
        client_id=client.client_id if client else None,
        made_at=NOW,
        expires_at=NOW + DAY,
        used_at=NOW - DAY,
        ended_at=NOW + DAY / 2,
    )
    return ApiKey(details=details, digest=digest(str(uuid4())))


async def a_kept_grant(begin: Begin, database: str) -> Grant:
    client = await a_kept_client(begin)
    agreed = an_agreement(client.client_id, await an_account(database))
    grant = Grant.agreed(GrantId(uuid7(NOW)), agreed, NOW, DAY)
    async with begin() as book:
        await book.grants.save(grant)
    return grant


async def test_a_client_comes_back_whole(begin: Begin) -> None:
    client = await a_kept_client(begin)

    async with begin() as book:
        assert await book.clients.get(client.client_id) == client
        assert await book.clients.page(None, 10) == [client]
        assert await book.clients.page(client.client_id, 10) == []


async def test_a_client_that_another_changed_is_not_written(begin: Begin) -> None:
    client = await a_kept_client(begin)
    async with begin() as book:
        mine = await book.clients.get(client.client_id)
    async with begin() as book:
        theirs = await book.clients.get(client.client_id)
        theirs.revise(replace(theirs.details, name="Theirs"), None)
        await book.clients.save(theirs)
    mine.revise(replace(mine.details, name="Mine"), None)

    with pytest.raises(Conflict):
        async with begin() as book:
            await book.clients.save(mine)

    with pytest.raises(Conflict):
        async with begin() as book:
            await book.clients.save(Client.registered(client.details, "another", NOW))


async def test_an_api_key_comes_back_whole(begin: Begin) -> None:
    key = a_key(await a_kept_client(begin))
    async with begin() as book:
        await book.api_keys.add(key)

    async with begin() as book:
        assert await book.api_keys.find(key.details.key_id) == key
        assert await book.api_keys.find_by_digest(key.digest) == key
        assert await book.api_keys.page(None, 10) == [key]
        assert not await book.api_keys.end(key.details.key_id, NOW)
    with pytest.raises(Conflict):
        async with begin() as book:
            await book.api_keys.add(key)


async def test_a_code_comes_back_whole_and_is_spent_once(begin: Begin, database: str) -> None:
    client = await a_kept_client(begin)
    agreed = an_agreement(client.client_id, await an_account(database))
    code = Code(digest=digest("one"), granted=agreed, expires_at=NOW + DAY)
    grant_id = GrantId(uuid4())
    async with begin() as book:
        await book.codes.add(code)

    async with begin() as book:
        assert await book.codes.find(code.digest) == code
        await book.codes.spend(code.digest, grant_id)
    with pytest.raises(Conflict):
        async with begin() as book:
            await book.codes.spend(code.digest, GrantId(uuid4()))

    async with begin() as book:
        assert await book.codes.find(code.digest) == replace(code, grant_id=grant_id)


async def test_a_grant_comes_back_whole_and_tells_that_it_ended(
    begin: Begin, engine: AsyncEngine, database: str
) -> None:
    grant = await a_kept_grant(begin, database)
    async with begin() as book:
        assert await book.grants.find(grant.grant_id) == grant
        grant.use(NOW + DAY / 2)
        grant.end(NOW + DAY)
        await book.grants.save(grant)

    async with begin() as book:
        assert await book.grants.find(grant.grant_id) == grant
    async with engine.connect() as connection:
        (row,) = (await connection.execute(outbox.select())).mappings().all()
    assert (row["name"], row["aggregate_id"]) == (GrantEnded.name, str(grant.grant_id))


async def test_a_grant_that_another_changed_is_not_written(begin: Begin, database: str) -> None:
    grant = await a_kept_grant(begin, database)
    stale = replace(grant, details=replace(grant.details, ended_at=NOW))
    async with begin() as book:
        grant.use(NOW + DAY)
        await book.grants.save(grant)

    with pytest.raises(Conflict):
        async with begin() as book:
            await book.grants.save(stale)


async def test_a_refresh_token_is_spent_once(begin: Begin, database: str) -> None:
    grant, token = await a_kept_grant(begin, database), digest("token")
    async with begin() as book:
        await book.refresh_tokens.add(token, grant.grant_id, NOW)

    async with begin() as book:
        found = await book.refresh_tokens.find(token)
        assert found
        assert (found.grant, found.issued_at, found.spent_at) == (grant, NOW, None)
        assert found.is_able
        assert await book.refresh_tokens.spend(token, NOW + DAY)
        assert not await book.refresh_tokens.spend(token, NOW + DAY)
        assert await book.refresh_tokens.find(digest("another")) is None


async def test_grants_of_an_account_that_have_not_ended_are_found(
    begin: Begin, database: str
) -> None:
    grant = await a_kept_grant(begin, database)
    assert grant.details.account_id
    await a_kept_grant(begin, database)

    async with begin() as book:
        assert await book.grants.of_account(grant.details.account_id) == [grant]
        grant.end(NOW)
        await book.grants.save(grant)

    async with begin() as book:
        assert await book.grants.of_account(grant.details.account_id) == []


async def test_whether_a_grant_is_good_is_one_statement(
    begin: Begin, engine: AsyncEngine, database: str
) -> None:
    grant = await a_kept_grant(begin, database)
    find = FindStandingHandler(begin, lambda: NOW)

    with counted(engine) as statements:
        told = await find(FindStanding(grant_id=grant.grant_id))

    assert told.is_good
    assert len(statements) == 1


async def test_grants_of_clients_own_are_kept_as_they_are(begin: Begin) -> None:
    client = await a_kept_client(begin)
    asking = GrantToClient(
        client_id=client.client_id, scopes=client.details.scopes, audience=AUDIENCE
    )
    of_nobody = replace(asking, client_id=ClientId("nobody"))
    some = [
        Grant.own(GrantId(uuid7(NOW)), asked, NOW + at * DAY, DAY)
        for at, asked in enumerate((asking, of_nobody, replace(asking, audience="https://other")))
    ]

    async with begin() as book:
        kept = await book.grants.add_own(some)
    async with begin() as book:
        found = [await book.grants.find(grant.grant_id) for grant in some]

    assert kept == {some[0].grant_id, some[2].grant_id}
    assert [one and one.details for one in found] == [some[0].details, None, some[2].details]
    assert [one.version for one in found if one] == [1, 1]


async def test_what_a_client_does_by_itself_is_one_statement(
    begin: Begin, engine: AsyncEngine
) -> None:
    client = await a_kept_client(begin)
    asking = GrantToClient(
        client_id=client.client_id, scopes=client.details.scopes, audience=AUDIENCE
    )
    grant = GrantToClientHandler(kept_together(begin), lambda: NOW, DAY)

    with counted(engine) as statements:
        await grant(asking)

    assert len(statements) == 1


async def test_a_key_is_one_statement_and_one_more_a_minute(
    begin: Begin, engine: AsyncEngine, tmp_path: Path
) -> None:
    secrets = KeyedHashes(KeyFolder(tmp_path, DAY))
    known = digest("a key")
    key = a_key()
    key = ApiKey(
        details=replace(key.details, used_at=None, ended_at=None), digest=secrets.keyed(known)
    )
    async with begin() as book:
        await book.api_keys.add(key)
    numbers = []

    for seconds in (0, 59, 60, 61):
        at = NOW + timedelta(seconds=seconds)
        with counted(engine) as statements:
            await FindApiKeyHandler(begin, secrets, lambda at=at: at)(FindApiKey(key_digest=known))
        numbers.append(len(statements))

    assert numbers == [2, 1, 2, 1]
    with pytest.raises(UnknownApiKey):
        await FindApiKeyHandler(begin, secrets, lambda: NOW + DAY)(FindApiKey(key_digest=known))


async def test_what_has_run_out_is_purged_and_what_has_not_is_kept(
    begin: Begin, engine: AsyncEngine, database: str
) -> None:
    old = await a_kept_grant(begin, database)
    client_id, account_id = old.details.client_id, old.details.account_id
    assert account_id
    asking = GrantToClient(client_id=client_id, scopes=(), audience=AUDIENCE)
    own = Grant.own(GrantId(uuid7(NOW)), asking, NOW, DAY)
    living = Grant.own(GrantId(uuid7(NOW)), asking, NOW, DAY * 999)
    code = Code(
        digest=digest("code"),
        granted=an_agreement(client_id, account_id),
        expires_at=NOW,
    )
    async with begin() as book:
        await book.refresh_tokens.add(digest("old"), old.grant_id, NOW)
        await book.refresh_tokens.add(digest("spent"), old.grant_id, NOW)
        await book.refresh_tokens.spend(digest("spent"), NOW)
        await book.grants.save(own)
        await book.grants.save(living)
        await book.codes.add(code)
        await book.clients.note(client_id, digest("assertion"), NOW)
        await book.audit.write("granted", str(old.grant_id))

    async def purged(at: timedelta) -> set[str]:
        purge = Purge(engine, LEFTOVERS, DAYS, lambda: NOW + at)
        await purge()
        async with begin() as book:
            kept = {
                "old": await book.grants.find(old.grant_id),
                "own": await book.grants.find(own.grant_id),
                "living": await book.grants.find(living.grant_id),
                "code": await book.codes.find(code.digest),
                "token": await book.refresh_tokens.find(digest("old")),
                "spent": await book.refresh_tokens.find(digest("spent")),
                "audit": await book.audit.page(None, 10),
            }
        return {name for name, one in kept.items() if one}

    whole = {"old", "own", "living", "code", "token", "spent", "audit"}
    assert await purged(timedelta(0)) == whole
    assert await purged(DAY * 2) == whole - {"own"}
    assert await purged(DAY * 7.5) == {"old", "living", "token", "audit"}
    assert await purged(DAY * 8.5) == {"living", "audit"}


async def test_an_account_that_nobody_confirmed_goes_with_all_that_hangs_on_it(
    begin: Begin, engine: AsyncEngine
) -> None:
    long_ago = NOW - DAY * 91
    forgotten, young = a_buyer(joined_at=long_ago), a_buyer(joined_at=NOW - DAY * 89)
    invited = a_member_of_staff(joined_at=long_ago, is_confirmed=False)
    confirmed = a_buyer(joined_at=long_ago, is_confirmed=True)
    every = (forgotten, young, invited, confirmed)
    async with begin() as book:
        for account in every:
            await book.accounts.save(account)
        await book.tickets.make(digest("ticket"), CONFIRM, forgotten.account_id, NOW)

    await Purge(engine, LEFTOVERS, DAYS, lambda: NOW)()

    async with begin() as book:
        kept = [one for one in every if await book.accounts.find(one.account_id)]
    assert kept == [young, invited, confirmed]
