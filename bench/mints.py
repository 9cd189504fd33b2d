"""Who gives a client tokens of its own: Freestone, and npm's oidc-provider, each on a PostgreSQL."""

import os
from asyncio import run
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe
from subprocess import STDOUT, Popen
from time import monotonic, sleep
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import URL
from tests.conftest import a_shop
from tests.npm import node_for
from tests.processes import Process, a_free_port, freestone
from tests.services.programs import Failed

from app.settings import Settings
from bench.clients import CLIENT, hired
from bench.postgres import Database, a_database

PEER = Path(__file__).parent / "peers" / "oidc_provider"
SECONDS_TO_START = 30.0


@dataclass(frozen=True)
class Mint:
    """`grants` counts what is kept of what it granted, `pid` is that of its server, and `settings`
    are those of a house of ours.
    """

    name: str
    issuer: str
    token_url: str
    keys_url: str
    secret: str
    pid: int
    database: Database
    grants: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def audience(self) -> str:
        return f"{self.issuer}/v1"

    @property
    def granted(self) -> int:
        ((number,),) = self.database.ask(self.grants)
        return int(str(number))


@contextmanager
def freestone_mint(name: str, folder: Path) -> Iterator[Mint]:
    """A shop that hosts every context. Raises `NotInstalled` and `Failed`."""
    folder.mkdir()
    with a_database() as database:
        url = _url(database).render_as_string(hide_password=False)
        settings = a_shop(
            folder,
            database_url=url,
            keys_folder=str(folder / "keys"),
            environment="production",
            request_seconds=5.0,
        )
        freestone("migrate", **settings)
        process = Process(settings, folder / "log", is_begun_anew=True)
        secret = run(hired(Settings(**settings)))
        try:
            process.start()
            told = (f"{process.url}/oauth/token", f"{process.url}/oauth/jwks")
            grants = "SELECT count(*) FROM identity_grants"
            pid = process.pid
            yield Mint(name, process.url, *told, secret, pid, database, grants, settings)
        finally:
            process.kill()


@contextmanager
def peer_mint(name: str, folder: Path, clients: str) -> Iterator[Mint]:
    """`clients` are `kept` in the database or in `memory`. Raises `NotInstalled` and `Failed`."""
    node = node_for(PEER)
    folder.mkdir()
    port, secret = a_free_port(), token_urlsafe(32)
    told = {"PORT": port, "CLIENT_ID": CLIENT, "CLIENT_SECRET": secret, "CLIENTS": clients}
    with a_database() as database, ExitStack() as stack:
        process = stack.enter_context(_served(node, {**told, **_named(database)}, folder / "log"))
        url = f"http://127.0.0.1:{port}"
        _wait(process, f"{url}/.well-known/openid-configuration", folder / "log")
        grants = "SELECT count(*) FROM kept WHERE model = 'Grant'"
        yield Mint(name, url, f"{url}/token", f"{url}/jwks", secret, process.pid, database, grants)


@contextmanager
def _served(node: str, told: Mapping[str, object], log: Path) -> Iterator[Popen[bytes]]:
    kept = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
    environment = {**kept, **{k: str(v) for k, v in told.items()}, "NODE_ENV": "production"}
    command = [node, "server.js"]
    with (
        log.open("wb") as said,
        Popen(command, cwd=PEER, env=environment, stdout=said, stderr=STDOUT) as process,  # noqa: S603
    ):
        try:
            yield process
        finally:
            process.kill()


def _wait(process: Popen[bytes], url: str, log: Path) -> None:
    until = monotonic() + SECONDS_TO_START
    while monotonic() < until and process.poll() is None:
        try:
            with urlopen(url, timeout=5):  # noqa: S310  # loopback
                return
        except (URLError, OSError):
            sleep(0.02)
    raise Failed(f"oidc-provider does not answer: {log.read_text()[-2000:]}")


def _url(database: Database) -> URL:
    told = conninfo_to_dict(database.conninfo)
    return URL.create(
        "postgresql+psycopg",
        username=_text(told.get("user")),
        password=_text(told.get("password")),
        host=_text(told.get("host")),
        port=int(str(told.get("port", 5432))),
        database=_text(told.get("dbname")),
    )


def _named(database: Database) -> dict[str, str]:
    """As PostgreSQL's own clients are told where it is."""
    told = conninfo_to_dict(database.conninfo)
    names = {
        "host": "HOST",
        "port": "PORT",
        "user": "USER",
        "password": "PASSWORD",
        "dbname": "DATABASE",
    }
    return {f"PG{name}": str(told[key]) for key, name in names.items() if told.get(key)}


def _text(told: object) -> str | None:
    return None if told is None else str(told)
