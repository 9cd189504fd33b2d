"""A shop with its merchant API open, for tests of routes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from app.main import create_apps
from app.settings import Settings
from tests.conftest import a_shop
from tests.databases import a_database
from tests.hired import hired
from tests.servers import served


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
    """Somebody with a key that opens everything."""

    client: ClientSession
    url: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)

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
    chosen = a_shop(folder, **more)
    settings = Settings(**chosen)
    async with a_database(settings.database_url):
        pass
    headers = {"x-api-key": await hired(settings)}
    public, _ = create_apps(settings)
    with served(public) as (url,):
        async with ClientSession(url, headers=headers) as client:
            yield Staff(client, url, chosen)
