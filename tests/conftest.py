from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import pytest
from aiohttp import ClientSession, TCPConnector
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette

from app.edge import internal
from app.house import House, opened
from app.settings import Settings
from infrastructure.shared.calls.http_line import Seal, over_http
from infrastructure.shared.calls.wire import far, near, wire
from infrastructure.shared.database.engines import Engines
from infrastructure.shared.migrations.tables import migrate
from tests.databases import a_database, all_tables
from tests.engines import KINDS, Databases, asked, databases, emptied, sqlite_in
from tests.left_out import pytest_terminal_summary  # noqa: F401  # pytest finds it here
from tests.processes import INTERNAL_KEY, freestone, running
from tests.servers import served
from tests.services.ending import pytest_configure  # noqa: F401  # and this

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


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Every engine, one after the other; `tests.engines.only` says which, where it is not every."""
    return str(request.param)


@pytest.fixture(scope="session")
def made() -> Iterator[Databases]:
    """Makes databases, and drops them when all is over."""
    with databases() as made:
        yield made


@pytest.fixture
def database_url(kind: str, made: Databases, tmp_path: Path) -> Iterator[str]:
    """A fresh database with nothing in it."""
    url = made.make(kind, tmp_path)
    yield url
    made.drop(url)


@dataclass(frozen=True)
class Shared:
    """A database that tests take turns at, and a line to clear it by."""

    url: str
    line: Connection


@pytest.fixture(scope="session")
def with_tables(
    made: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Awaitable[Shared]]]:
    """One database of each kind, with the tables of every context, for all tests to take turns."""
    with ExitStack() as stack:
        shared: dict[str, Shared] = {}

        async def on(kind: str) -> Shared:
            if kind not in shared:
                url = made.make(kind, tmp_path_factory.mktemp(kind))
                async with a_database(url):
                    pass
                shared[kind] = Shared(url, stack.enter_context(asked(url).connect()))
            return shared[kind]

        yield on


@pytest.fixture
async def engine(
    kind: str,
    with_tables: Callable[[str], Awaitable[Shared]],
    made: Databases,
    tmp_path: Path,
) -> AsyncIterator[AsyncEngine]:
    """A database with all tables and no rows."""
    engines, shared = Engines(), await with_tables(kind)
    url = made.copy(shared.url, tmp_path) if kind == "sqlite" else shared.url
    yield engines.at(url)
    await engines.close()
    if kind != "sqlite":
        emptied(shared.line, all_tables())


@dataclass
class KeptHouse:
    """Every contract, kept as one placement has it, on one database."""

    placement: str
    database: str
    mail: Path = Path("var/mail")
    """The folder where letters about accounts end up."""
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
        "keys_folder": str(folder / "keys"),
        "mail_url": (folder / "mail").absolute().as_uri(),
        "environment": "development",
        "request_seconds": 20,  # a busy machine is no fault; who tests the bound sets it
        **more,
    }


SELDOM = pytest.mark.thorough
PLACED = [  # each placement and each engine every day, every pair in `make faults`
    ("near", "sqlite"),
    ("near", "postgresql"),
    ("near", "mariadb"),
    ("wire", "sqlite"),
    ("far", "sqlite"),
    pytest.param(("wire", "postgresql"), marks=SELDOM),
    pytest.param(("wire", "mariadb"), marks=SELDOM),
    pytest.param(("far", "postgresql"), marks=SELDOM),
    pytest.param(("far", "mariadb"), marks=SELDOM),
]


@pytest.fixture(scope="session", params=PLACED, ids="-".join)
async def house(
    request: pytest.FixtureRequest, made: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[KeptHouse]:
    """Near, near through the serialiser, and in another process. Its events are dispatched."""
    placement, kind = request.param
    folder = tmp_path_factory.mktemp(placement)
    settings = a_shop(folder, database_url=made.make(kind, folder))
    await migrate(Settings(**settings))
    if placement == "far":
        with running(folder / "log", **settings) as process:
            async with ClientSession(process.internal_url) as client:
                yield KeptHouse("far", settings["database_url"], folder / "mail", _client=client)
        return
    async with opened(Settings(**settings, placement=placement)) as opened_house:
        opened_house.start()
        yield KeptHouse(placement, settings["database_url"], folder / "mail", _near=opened_house)
        await opened_house.stop(5)


@pytest.fixture(scope="session")
def stocked_on(
    made: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], dict[str, Any]]:
    """The settings of the demo shop on an engine, before anybody has bought anything. To be copied."""
    shops: dict[str, dict[str, Any]] = {}

    def of(kind: str) -> dict[str, Any]:
        if kind not in shops:
            folder = tmp_path_factory.mktemp(f"stocked-{kind}")
            shops[kind] = a_shop(folder, database_url=made.make(kind, folder))
            freestone("migrate", **shops[kind])
            freestone("import", "demo/flower_shop", **shops[kind])
        return shops[kind]

    return of


@pytest.fixture
def stocked_url(
    kind: str, stocked_on: Callable[[str], dict[str, Any]], made: Databases, tmp_path: Path
) -> Iterator[str]:
    """A database of the demo shop, before anybody has bought anything."""
    url = made.copy(stocked_on(kind)["database_url"], tmp_path)
    yield url
    made.drop(url)


@pytest.fixture(scope="session")
def stocked(stocked_on: Callable[[str], dict[str, Any]]) -> Path:
    """A folder with the demo shop's SQLite database, before anybody has bought anything."""
    return Path(stocked_on("sqlite")["test_provider_database"]).parent


@pytest.fixture
async def client() -> AsyncIterator[ClientSession]:
    """One that does not queue its requests."""
    async with ClientSession(connector=TCPConnector(limit=0)) as client:
        yield client
