"""What a shop of 1,000 products has before anybody bought: in a database that is copied."""

import csv
from asyncio import run
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from shutil import copytree
from typing import Any

from sqlalchemy import make_url
from tests.conftest import a_shop
from tests.engines import Databases, databases
from tests.hired import hired, registered
from tests.processes import ROOT, freestone
from tests.services.kinds import KINDS
from tests.services.server import Server
from tests.services.temporary import a_server

from app.settings import Settings
from bench import clients

PRODUCTS, STOCK = 1000, 100_000
CODE = "10OFF"
LARGE = {
    "postgresql": {"shared_buffers": "256MB"},
    "mariadb": {"innodb_buffer_pool_size": "256M"},
}
turns = count()


def sku_of(turn: int) -> str:
    return f"pot_{turn % PRODUCTS:04}"


@dataclass(frozen=True)
class Stock:
    """`key` is that of a platform, `staff_key` and `client_secret` are those of machines of the shop.
    `server` is what its engine runs as, if that is a server.
    """

    settings: dict[str, Any]
    key: str
    staff_key: str
    client_secret: str
    server: Server | None
    _databases: Databases

    @property
    def database_url(self) -> str:
        return str(self.settings["database_url"])

    def copied(self, folder: Path, **more: Any) -> dict[str, Any]:
        """The settings of a shop with a copy of this, which nobody uses just now."""
        folder.mkdir()
        url = self._databases.copy(self.database_url, folder)
        more = {"keys_folder": self.settings["keys_folder"], **more}  # they hash the API keys
        return a_shop(folder, database_url=url, request_seconds=5.0, **more)

    def empty(self, folder: Path) -> str:
        """The URL of a database with nothing in it, beside this one."""
        folder.mkdir()
        return self._databases.make(make_url(self.database_url).get_backend_name(), folder)

    @property
    def keys(self) -> tuple[str, str, str]:
        return self.key, self.staff_key, self.client_secret

    @property
    def server_pids(self) -> list[int]:
        return [self.server.pid] if self.server and self.server.pid else []


@contextmanager
def stocked(folder: Path, engine: str = "sqlite") -> Iterator[Stock]:
    """On a server of its own, which syncs every commit. Raises `NotInstalled` and `Failed`."""
    if engine == "sqlite":
        with databases() as made:
            yield _stocked(folder, engine, made, None)
        return
    kind = KINDS[engine]
    with (
        a_server(kind, {**kind.DURABLE, **LARGE[engine]}) as server,
        databases(lambda _kind: server.url) as made,
    ):
        yield _stocked(folder, engine, made, server)


def _stocked(folder: Path, engine: str, made: Databases, server: Server | None) -> Stock:
    folder.mkdir()
    settings = a_shop(folder, database_url=made.make(engine, folder), request_seconds=5.0)
    freestone("migrate", **settings)
    freestone("import", str(_goods(folder / "goods")), **settings)
    keys = run(registered(settings, "bench")), run(hired(settings))
    secret = run(clients.hired(Settings(**settings)))
    return Stock(settings, *keys, secret, server, made)


def _goods(folder: Path) -> Path:
    """The demo shop's rules and rates, with goods enough."""
    copytree(ROOT / "demo" / "flower_shop", folder)
    names = [sku_of(turn) for turn in range(PRODUCTS)]
    picture = "https://example.com/pot.jpg"
    products = [(name, f"Ceramic {name}", 1500, picture) for name in names]
    promotions = [("promo_1", "free_shipping", 10000, "", "Free Shipping on orders over $100")]
    _write(folder, "products.csv", products)
    _write(folder, "inventory.csv", [(name, STOCK) for name in names])
    _write(folder, "promotions.csv", promotions)
    return folder


def _write(folder: Path, file: str, told: Sequence[tuple[object, ...]]) -> None:
    """These rows under the headings that are there."""
    heading = (folder / file).read_text().partition("\n")[0]
    with (folder / file).open("w", newline="") as written:
        written.write(heading + "\n")
        csv.writer(written).writerows(told)
