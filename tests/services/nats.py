"""NATS with JetStream, as this machine's programs serve it: for tests of their own alone."""

from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals
from socket import create_connection

from pydantic_core import from_json

from tests.services.programs import program

NAME = "nats"
PROGRAM = "nats-server"
PACKAGE = "nats-server"
OWNER = ""
STOPS_ON: Signals = SIGTERM
STOPS_AT_ONCE_ON: Signals = SIGKILL
STANDARD_URL = "nats://127.0.0.1:4222"
PORT = 14222
SECONDS_TO_GREET = 2
DURABLE: dict[str, str] = {}
RELAXED: dict[str, str] = {}


def make(_data: Path, _owner: str | None) -> None:
    """It makes its own."""


def command(data: Path, port: int, settings: dict[str, str]) -> list[str]:
    said = [part for name, value in settings.items() for part in (f"--{name}", value)]
    here = ["--addr", "127.0.0.1", "--port", str(port), "--jetstream", "--store_dir", str(data)]
    return [program(PROGRAM, PACKAGE), *here, *said]


def url(port: int) -> str:
    return f"nats://127.0.0.1:{port}"


def version(url: str) -> str:
    """What answers there, in words. Raises `OSError`."""
    host, _, port = url.removeprefix("nats://").partition(":")
    with (
        create_connection((host, int(port)), SECONDS_TO_GREET) as line,
        line.makefile("rb") as said,
    ):
        word, _, told = said.readline().partition(b" ")
    if word != b"INFO":
        raise OSError(f"{url} is no NATS server")
    return f"NATS {from_json(told)['version']}"
