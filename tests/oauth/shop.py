"""A shop that is served, with clients of every kind, and whoever agrees to what they ask."""

from asyncio import sleep, timeout
from base64 import b64encode, urlsafe_b64decode
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from json import dumps, loads
from pathlib import Path
from time import time
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit
from uuid import UUID, uuid4

from aiohttp import ClientSession
from joserfc.jwk import ECKey

from app.house import opened
from app.main import create_apps
from app.oauth.authorize import Authorization
from app.oauth.issuer import Issuer
from app.settings import Settings
from domain.contracts.identity import (
    APPLICATION,
    ASSERTION,
    BUYER,
    NONE,
    OPENID_SCOPES,
    RESOURCE,
    SECRET,
    SHOPPING_SCOPES,
    STAFF,
    STAFF_SCOPES,
    AccountDetails,
    AccountId,
    ClientDetails,
    ClientId,
    Identity,
    RegisterClient,
    SessionDetails,
    SessionId,
)
from domain.shared.ids import public
from domain.shared.values import CustomerId
from infrastructure.identity.tables import accounts
from infrastructure.shared.migrations.tables import migrate
from tests.conftest import a_shop
from tests.engines import asked as sql
from tests.oauth.signing import encoded, signed
from tests.servers import served

ISSUER = "https://shop.example"
SHOPPING, MERCHANT = f"{ISSUER}/ucp/v1", f"{ISSUER}/v1"
TOKEN_ENDPOINT = f"{ISSUER}/oauth/token"
BACK = "https://platform.example/back"
LOOPBACK = "http://127.0.0.1/back"
ORDERS, CHECKOUTS = "dev.ucp.shopping.order:read", "dev.ucp.shopping.checkout:manage"
VERIFIER = "a-verifier-of-a-client-that-is-in-these-tests-alone"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALL_SHOPPING = (*OPENID_SCOPES, *SHOPPING_SCOPES)


def challenge_of(verifier: str = VERIFIER) -> str:
    return encoded(sha256(verifier.encode()).digest())


def read(token: str, part: int = 1) -> dict[str, Any]:
    """What a token says, whoever signed it; part 0 is its header."""
    segment = token.split(".")[part]
    told: dict[str, Any] = loads(urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    return told


@dataclass(frozen=True)
class Told:
    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def error(self) -> str:
        """Why not, if it is an error in the RFC's shape."""
        assert set(self.body) == {"error", "error_description"}, self.body
        assert self.headers["cache-control"] == "no-store"
        return str(self.body["error"])


@dataclass(frozen=True)
class Client:
    """`secret` or `key` is what it shows itself by, if it has one."""

    client_id: str
    secret: str = ""
    key: ECKey | None = None

    def shown(self, **claims: Any) -> tuple[dict[str, str], dict[str, str]]:
        """Headers and parameters by which it shows that it is itself."""
        if self.secret:
            pair = f"{quote_plus(self.client_id)}:{quote_plus(self.secret)}"
            return {"authorization": f"Basic {b64encode(pair.encode()).decode()}"}, {}
        if self.key:
            assertion = self.assertion(**claims)
            return {}, {"client_assertion": assertion, "client_assertion_type": JWT_BEARER}
        return {}, {"client_id": self.client_id}

    def assertion(self, *, head: dict[str, Any] | None = None, **other: Any) -> str:
        assert self.key
        now = int(time())
        told = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": TOKEN_ENDPOINT,
            "exp": now + 60,
            "jti": uuid4().hex,
            **other,
        }
        kept = {name: value for name, value in told.items() if value is not None}
        return signed(self.key, {"alg": "ES256", "kid": self.key.kid, **(head or {})}, kept)


@dataclass(frozen=True)
class Shop:
    url: str
    http: ClientSession
    identity: Identity
    settings: Settings
    clients: Mapping[str, Client] = field(default_factory=dict)

    @property
    def authorization(self) -> Authorization:
        return Authorization(self.identity, Issuer(ISSUER))

    async def posts(
        self,
        path: str,
        said: Mapping[str, str] | str | bytes | BytesIO,
        headers: Mapping[str, str] = {},
    ) -> Told:
        form = {"content-type": "application/x-www-form-urlencoded"}
        body = urlencode(said) if isinstance(said, Mapping) else said
        async with self.http.post(path, data=body, headers={**form, **headers}) as reply:
            return Told(reply.status, await reply.json(), reply.headers)

    async def gets(self, path: str, headers: Mapping[str, str] = {}) -> Told:
        async with self.http.get(path, headers=headers, allow_redirects=False) as reply:
            return Told(reply.status, await reply.json(), reply.headers)

    async def asks(self, client: Client, path: str = "/oauth/token", **said: str) -> Told:
        headers, shown = client.shown()
        return await self.posts(path, {**shown, **said}, headers)

    async def agreed(
        self, client: Client, *scopes: str, kind: str = BUYER, **said: str
    ) -> dict[str, str]:
        """What the client is told once somebody has agreed to what it asks for."""
        asked = await self.authorization.asked(self.query(client, *scopes, **said))
        return answer(await self.authorization.granted(asked, self.session(kind)))

    def query(self, client: Client, *scopes: str, **said: str) -> str:
        """An authorization request; what is empty is left out."""
        told = {
            "response_type": "code",
            "client_id": client.client_id,
            "redirect_uri": BACK,
            "scope": " ".join(scopes or (ORDERS,)),
            "code_challenge": challenge_of(),
            "code_challenge_method": "S256",
            "state": "a state",
            **said,
        }
        return urlencode({name: value for name, value in told.items() if value})

    async def code(self, client: Client, *scopes: str, kind: str = BUYER, **said: str) -> str:
        return (await self.agreed(client, *scopes, kind=kind, **said))["code"]

    async def redeems(self, client: Client, code: str, **other: str) -> Told:
        said = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
            **other,
        }
        return await self.asks(client, **{name: value for name, value in said.items() if value})

    async def linked(self, client: Client, *scopes: str, **said: str) -> dict[str, Any]:
        """The tokens that a client gets of whoever agrees."""
        told = await self.redeems(client, await self.code(client, *scopes, **said))
        assert told.status == 200, told.body
        return dict(told.body)

    async def refreshes(self, client: Client, token: str, **said: str) -> Told:
        return await self.asks(client, grant_type="refresh_token", refresh_token=token, **said)

    async def is_active(self, token: str) -> bool:
        told = await self.asks(self.clients["resource"], "/oauth/introspect", token=token)
        assert told.status == 200, told.body
        return bool(told.body["active"])

    async def ends(self, token: str) -> None:
        """It is good for nothing soon, or `TimeoutError`; how soon is tested by the clock."""
        async with timeout(60):
            while await self.is_active(token):  # noqa: ASYNC110  # nobody tells when
                await sleep(0.02)

    def session(self, kind: str = BUYER) -> SessionDetails:
        return a_session(kind)


def answer(location: str) -> dict[str, str]:
    return {name: said[0] for name, said in parse_qs(urlsplit(location).query).items()}


SIGNED_IN = datetime(2026, 5, 1, 12, tzinfo=UTC)
ACCOUNTS = {BUYER: AccountId(UUID(int=101)), STAFF: AccountId(UUID(int=102))}
BUYER_ID = public("acc", ACCOUNTS[BUYER])


def a_session(kind: str = BUYER) -> SessionDetails:
    account = AccountDetails(
        account_id=ACCOUNTS[kind],
        kind=kind,
        email=f"{kind}@example.com",
        role="support" if kind == STAFF else None,
        customer_id=CustomerId("a-customer") if kind == BUYER else None,
        is_confirmed=True,
        is_disabled=False,
        joined_at=SIGNED_IN,
        version=1,
    )
    return SessionDetails(
        session_id=SessionId(uuid4()),
        account=account,
        agent="",
        source="",
        signed_in_at=SIGNED_IN,
        seen_at=SIGNED_IN,
        expires_at=SIGNED_IN,
    )


def people(database: str, *more: AccountDetails) -> None:
    rows = []
    for its in (a_session(BUYER).account, a_session(STAFF).account, *more):
        told = {one.name: getattr(its, one.name) for one in accounts.c if hasattr(its, one.name)}
        rows.append({**told, "email_key": its.email, "events_recorded": 0})
    with sql(database).begin() as connection:
        connection.execute(accounts.insert(), rows)


def registered(key: ECKey) -> Sequence[ClientDetails]:
    jwks = dumps({"keys": [key.as_dict(private=False)]})
    shopping = {"redirect_uris": (BACK, LOOPBACK), "scopes": ALL_SHOPPING}
    return (
        _client("platform", auth_method=SECRET, **shopping),
        _client("asserting", auth_method=ASSERTION, public_keys=jwks, **shopping),
        _client("public", auth_method=NONE, **shopping),
        _client("other", auth_method=SECRET, **shopping),
        _client("narrow", auth_method=SECRET, redirect_uris=(BACK,), scopes=(ORDERS, "openid")),
        _client(
            "application",
            kind=APPLICATION,
            redirect_uris=(BACK,),
            scopes=(*OPENID_SCOPES, *STAFF_SCOPES),
        ),
        _client("resource", kind=RESOURCE),
        _client("disabled", redirect_uris=(BACK,), scopes=ALL_SHOPPING, is_disabled=True),
    )


def _client(name: str, **more: Any) -> ClientDetails:
    return ClientDetails(client_id=ClientId(name), name=name.capitalize(), **more)


@asynccontextmanager
async def a_served_shop(folder: Path, **more: Any) -> AsyncIterator[Shop]:
    settings = Settings(**a_shop(folder, public_url=ISSUER, **more))
    await migrate(settings)
    people(settings.database_url)
    key = ECKey.generate_key("P-256")
    key.ensure_kid()
    outside, _ = create_apps(settings)
    async with opened(settings) as house:
        identity = house.contract(Identity)
        clients: dict[str, Client] = {}
        for details in registered(key):
            made = await identity.register_client(RegisterClient(details=details))
            its_key = key if details.auth_method == ASSERTION else None
            clients[details.client_id] = Client(details.client_id, made.secret or "", its_key)
        with served(outside) as (url,):
            async with ClientSession(url) as http:
                yield Shop(url, http, identity, settings, clients)
