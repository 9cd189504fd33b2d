"""A shop in a process of its own, as those meet it who want what is not theirs."""

from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit
from uuid import uuid4

from aiohttp import ClientSession

from app.house import opened
from app.settings import Settings
from domain.contracts.identity import STAFF_SCOPES, AddStaff, Identity, MakeApiKey
from infrastructure.shared.calls.http_line import over_http
from infrastructure.shared.calls.wire import far
from infrastructure.shared.migrations.tables import migrate
from tests.conftest import SEAL, a_shop
from tests.oauth.forms import Browser, a_browser
from tests.oauth.shop import BACK, CHECKOUTS, ORDERS, VERIFIER, Told, challenge_of
from tests.processes import Process, running

OWNER, PASSWORD = "olga@example.com", "correct horse battery staple"
FORM = "application/x-www-form-urlencoded"
LINKED = ("openid", "email", ORDERS, CHECKOUTS)


@dataclass(frozen=True)
class Attacked:
    """`key` is that of a machine which may do all there is; `secret` is that of the client."""

    process: Process
    folder: Path
    http: ClientSession
    key: str
    client_id: str = "platform"
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.process.url

    @property
    def mail(self) -> Path:
        return self.folder / "mail"

    @property
    def database(self) -> Path:
        return Path(self.process.database.partition(":///")[2])

    async def asks(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] = {}
    ) -> Told:
        """The merchant API, with the key that opens everything unless another is shown."""
        shown = {"x-api-key": self.key, **headers}
        async with self.http.request(method, path, json=body, headers=shown) as reply:
            told = await reply.json() if reply.content_type.endswith("json") else await reply.text()
            return Told(reply.status, told, reply.headers)

    async def posts(self, path: str, said: Any, headers: Mapping[str, str] = {}) -> Told:
        """A form, as a client of the authorization server sends one."""
        body = urlencode(said) if isinstance(said, Mapping) else said
        body = BytesIO(body) if isinstance(body, bytes) else body  # it may be large
        headers = {"content-type": FORM, **headers}
        async with self.http.post(path, data=body, headers=headers) as reply:
            told = await reply.json() if reply.content_type.endswith("json") else await reply.text()
            return Told(reply.status, told, reply.headers)

    async def registers(self, client_id: str, **details: Any) -> Told:
        plain = {"client_id": client_id, "name": client_id, "redirect_uris": [BACK]}
        body = {**plain, "scopes": list(LINKED), **details}
        return await self.asks("POST", "/v1/clients", body)

    def shown(self, secret: str = "") -> dict[str, str]:
        """The header by which the client shows that it is itself."""
        pair = f"{quote_plus(self.client_id)}:{quote_plus(secret or self.secrets['client'])}"
        return {"authorization": f"Basic {b64encode(pair.encode()).decode()}"}

    def query(self, **said: str) -> str:
        told = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": BACK,
            "scope": " ".join(LINKED),
            "code_challenge": challenge_of(),
            "code_challenge_method": "S256",
            "state": "a-state",
            **said,
        }
        return urlencode({name: value for name, value in told.items() if value})

    async def redeems(self, code: str, **said: str) -> Told:
        body = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
        return await self.posts(
            "/oauth/token", {**body, "code_verifier": VERIFIER, **said}, self.shown()
        )

    async def refreshes(self, token: str) -> Told:
        body = {"grant_type": "refresh_token", "refresh_token": token}
        return await self.posts("/oauth/token", body, self.shown())

    @asynccontextmanager
    async def inside(self) -> AsyncIterator[Identity]:
        """Identity as our own processes call it."""
        async with ClientSession(self.process.internal_url) as line:
            yield far(Identity, partial(over_http, line, SEAL, Identity))

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        async with a_browser(self.url) as browser:
            yield browser


def cookie(browser: Browser, name: str) -> str:
    """The one that the browser keeps; nothing, if there is none."""
    return next((one.value for one in browser.http.cookie_jar if one.key == name), "")


def answered(location: str | None) -> dict[str, str]:
    return {name: said[0] for name, said in parse_qs(urlsplit(location or "").query).items()}


def a_name(of: str = "client") -> str:
    return f"{of}-{uuid4().hex}"


@asynccontextmanager
async def an_attacked_shop(folder: Path, **more: Any) -> AsyncIterator[Attacked]:
    told = a_shop(folder, **more)
    settings = Settings(**told)
    await migrate(settings)
    async with opened(settings) as house:
        identity = house.contract(Identity)
        await identity.add_staff(AddStaff(email=OWNER, role="owner", password=PASSWORD))
        made = await identity.make_api_key(MakeApiKey(name="all", scopes=STAFF_SCOPES))
    with running(folder / "log", **told) as process:
        async with ClientSession(process.url) as http:
            shop = Attacked(process, folder, http, made.key or "")
            registered = await shop.registers(shop.client_id)
            assert registered.status == 201, registered.body
            shop.secrets["client"] = registered.body["secret"]
            shop.secrets["api key"] = shop.key
            shop.secrets["password of the owner"] = PASSWORD
            yield shop
