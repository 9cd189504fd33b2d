from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import pytest
from aiohttp import ClientSession, TCPConnector
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from app.edge import internal
from app.house import House, opened
from app.settings import Settings
from infrastructure.shared.http_line import Seal, over_http
from infrastructure.shared.migrations import migrate
from infrastructure.shared.wire import far, near, wire
from tests.databases import a_database, sqlite_in
from tests.left_out import pytest_terminal_summary  # noqa: F401  # pytest finds it here
from tests.processes import INTERNAL_KEY, freestone, running
from tests.servers import served

Contract = TypeVar("Contract")
SEAL = Seal((INTERNAL_KEY,))


class Place(Protocol):
    async def __call__(self, contract: type[Contract], kept: Contract, /) -> Contract: ...


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["near", "wire", "far"])
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    """Keep an implementation here, behind the serialiser, or behind a socket: callers cannot tell."""
    async with AsyncExitStack() as stack:

        async def placed(contract: type[Any], kept: Any, /) -> Any:
            if request.param != "far":
                return {"near": near, "wire": wire}[request.param](contract, kept)
            inside = Starlette()
            internal.open_to(inside, contract, kept, SEAL)
            (url,) = stack.enter_context(served(inside))
            client = await stack.enter_async_context(ClientSession(url))
            return far(contract, partial(over_http, client, SEAL, contract))

        yield placed


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """A fresh database."""
    async with a_database(sqlite_in(tmp_path)) as engine:
        yield engine


@dataclass
class KeptHouse:
    """Every contract, kept as one placement has it, on one database."""

    placement: str
    database: str
    _near: House | None = None
    _client: ClientSession | None = None

    def contract(self, contract: type[Contract]) -> Contract:
        if self._near:
            return self._near.contract(contract)
        over = partial(over_http, cast(ClientSession, self._client), SEAL, contract)
        return far(contract, over)


def a_shop(folder: Path, **more: Any) -> dict[str, Any]:
    """The settings of a shop that is for trying out."""
    return {
        "database_url": sqlite_in(folder),
        "test_provider_database": str(folder / "provider.db"),
        "environment": "development",
        **more,
    }


@pytest.fixture(scope="session", params=["near", "wire", "far"])
async def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[KeptHouse]:
    """Near, near through the serialiser, and in another process. Its events are dispatched."""
    folder = tmp_path_factory.mktemp(request.param)
    settings = a_shop(folder)
    await migrate(Settings(**settings))
    if request.param == "far":
        with running(folder / "log", **settings) as process:
            async with ClientSession(process.internal_url) as client:
                yield KeptHouse("far", settings["database_url"], _client=client)
        return
    async with opened(Settings(**settings, placement=request.param)) as opened_house:
        opened_house.start()
        yield KeptHouse(request.param, settings["database_url"], _near=opened_house)
        await opened_house.stop(5)


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo shop's database, as it is before anybody has bought anything."""
    folder = tmp_path_factory.mktemp("stocked")
    freestone("migrate", **a_shop(folder))
    freestone("import", "demo/flower_shop", **a_shop(folder))
    return folder


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    """One that does not queue its requests."""
    async with ClientSession(connector=TCPConnector(limit=0)) as client:
        yield client
