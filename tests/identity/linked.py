"""Clients, accounts, and what links them, for tests."""

from asyncio import to_thread
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import Executable, insert

from domain.contracts.identity import (
    BUYER,
    SHOPPING_SCOPES,
    STAFF,
    AccountId,
    ClientDetails,
    ClientId,
    GrantCode,
    Granted,
    Identity,
    RedeemCode,
    RegisterClient,
    digest,
)
from infrastructure.identity.tables import accounts
from tests.conftest import KeptHouse
from tests.engines import asked

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
BACK = "https://platform.example/back"
AUDIENCE = "http://127.0.0.1:8000/ucp/v1"
CHALLENGE = urlsafe_b64encode(sha256(b"a verifier of a test").digest()).decode().rstrip("=")
MANAGE, READ = "dev.ucp.shopping.order:manage", "dev.ucp.shopping.order:read"


def a_client(**details: Any) -> ClientDetails:
    """A platform that no other test has."""
    plain = ClientDetails(
        client_id=ClientId(f"platform-{uuid4().hex}"),
        name="A Platform",
        redirect_uris=(BACK,),
        scopes=SHOPPING_SCOPES,
    )
    return replace(plain, **details)


async def an_account(database: str, **known: Any) -> AccountId:
    """In this database: a buyer's, confirmed, unless something else is said."""
    account_id = AccountId(uuid4())
    row = {
        "account_id": account_id,
        "kind": BUYER,
        "email": f"{account_id.hex}@example.com",
        "email_key": f"{account_id.hex}@example.com",
        "role": None,
        "customer_id": f"cus_{account_id.hex}",
        "is_confirmed": True,
        "is_disabled": False,
        "joined_at": NOW,
        "version": 1,
        "events_recorded": 0,
        **known,
    }
    await say(database, insert(accounts).values(row))
    return account_id


async def say(database: str, statement: Executable) -> None:
    """In a thread: the house may have the database to itself until our loop goes on."""

    def said() -> None:
        with asked(database).begin() as connection:
            connection.execute(statement)

    await to_thread(said)


async def a_member_of_staff(database: str, role: str = "support") -> AccountId:
    return await an_account(database, kind=STAFF, role=role, customer_id=None)


def an_agreement(client_id: ClientId, account_id: AccountId, **more: Any) -> GrantCode:
    plain = GrantCode(
        client_id=client_id,
        account_id=account_id,
        redirect_uri=BACK,
        code_challenge=CHALLENGE,
        scopes=(MANAGE, READ),
        audience=AUDIENCE,
        authenticated_at=NOW - timedelta(minutes=3),
        nonce="once",
    )
    return replace(plain, **more)


@dataclass
class Linked:
    """A client that somebody has agreed to."""

    identity: Identity
    client: ClientDetails
    account_id: AccountId
    code: str

    @classmethod
    async def by(cls, house: KeptHouse, **details: Any) -> "Linked":
        identity, client = house.contract(Identity), a_client(**details)
        await identity.register_client(RegisterClient(details=client))
        account_id = await an_account(house.database)
        agreed = an_agreement(client.client_id, account_id)
        granted = await identity.grant_code(agreed)
        return cls(identity, client, account_id, granted.code)

    def redeeming(self) -> RedeemCode:
        return RedeemCode(code_digest=digest(self.code), client_id=self.client.client_id)

    async def begun(self) -> Granted:
        return await self.identity.redeem_code(self.redeeming())
