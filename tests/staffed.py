"""A shop with its merchant API open, for tests of routes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from app.main import create_apps
from app.settings import Settings
from infrastructure.shared.migrations import migrate
from tests.conftest import a_shop
from tests.servers import served

KEY = "the key of staff who exist in these tests alone"


@dataclass(frozen=True)
class Told:
    status: int
    body: Any
    etag: str | None = None
    location: str | None = None

    @property
    def problem(self) -> str:
        """The end of the problem's type."""
        return str(self.body["type"]).removeprefix("urn:freestone:problem:")


@dataclass(frozen=True)
class Staff:
    """Somebody with the key."""

    client: ClientSession
    url: str = ""

    async def asks(
        self, method: str, path: str, body: Any = None, *, tag: str = "", key: str = ""
    ) -> Told:
        headers = {"if-match": tag} if tag else {}
        headers |= {"idempotency-key": key} if key else {}
        async with self.client.request(method, path, json=body, headers=headers) as reply:
            told = reply.headers
            return Told(reply.status, await reply.json(), told.get("etag"), told.get("location"))


@asynccontextmanager
async def staffed(folder: Path, **more: Any) -> AsyncIterator[Staff]:
    """Real sockets: a whole shop, on a database of its own."""
    settings = Settings(**a_shop(folder, admin_key=KEY, **more))
    await migrate(settings)
    public, _ = create_apps(settings)
    with served(public) as (url,):
        headers = {"authorization": f"Bearer {KEY}"}
        async with ClientSession(url, headers=headers) as client:
            yield Staff(client, url)
