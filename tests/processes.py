"""Real processes of the shop on loopback, to be watched, stopped and killed."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGCONT, SIGTERM
from socket import create_server
from subprocess import CompletedProcess
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

import psutil
from psutil import NoSuchProcess

from tests.forking.client import PROGRAM, begun, ran, started
from tests.forking.forked import Started

ROOT = Path(__file__).parent.parent
INTERNAL_KEY = "a key that only the tests of this deployment know"
SECONDS_TO_START = 120.0


_given: set[int] = set()


def a_free_port() -> int:
    """One that was not given to another who has not come to use it yet."""
    while True:
        with create_server(("127.0.0.1", 0)) as listening:
            port: int = listening.getsockname()[1]
        if port not in _given:
            _given.add(port)
            return port


NOT_HANDED_ON = ("FREESTONE_", "MAKE", "MFLAGS", "TEST_")
MADE_WITH = ("PYTHON", "VENV")
"""Settings of ours, servers to test against, and what the make that runs these tests was told."""


def environment(root: Path = ROOT, /, **settings: object) -> dict[str, str]:
    """The environment of a process: ours, without settings of ours, and with these."""
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(NOT_HANDED_ON) and k not in MADE_WITH
    }
    named = {f"FREESTONE_{name.upper()}": str(value) for name, value in settings.items()}
    path = os.pathsep.join([str(root / "src"), str(root)])
    return {**kept, **named, "PYTHONPATH": path, "PYTHONWARNINGS": "error"}


@dataclass
class Process:
    """One server process of ours."""

    settings: dict[str, object]
    log: Path
    command: tuple[str, ...] = (PROGRAM, "serve")
    port: int = field(default_factory=a_free_port)
    internal_port: int = field(default_factory=a_free_port)
    root: Path = ROOT
    is_begun_anew: bool = False
    """Or else it is forked from a process that has imported the program."""
    _popen: Started | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def internal_url(self) -> str:
        return f"http://127.0.0.1:{self.internal_port}"

    @property
    def database(self) -> str:
        """Its URL."""
        return str(self.settings["database_url"])

    def database_of(self, context: str) -> str:
        return str(self.settings.get(f"{context}_database_url") or self.settings["database_url"])

    @property
    def pid(self) -> int:
        assert self._popen
        return self._popen.pid

    @property
    def environment(self) -> dict[str, object]:
        """All that it is told."""
        ports = {"port": self.port, "internal_port": self.internal_port}
        return {**ports, "internal_keys": INTERNAL_KEY, **self.settings}

    def start(self) -> None:
        env = environment(self.root, **self.environment)
        start = begun if self.is_begun_anew or self.root != ROOT else started
        with self.log.open("ab") as log:
            self._popen = start(*self.command, env=env, cwd=self.root, output=log, errors=log)
        try:
            self.wait_until_ready()
        except BaseException:
            self.kill()  # nobody else would
            raise

    def wait_until_ready(self) -> None:
        until = monotonic() + SECONDS_TO_START
        while not self.is_ready():
            assert self._popen
            assert self._popen.poll() is None, self.said()
            assert monotonic() < until, self.said()
            sleep(0.02)

    def is_ready(self) -> bool:
        try:
            with urlopen(f"{self.url}/readyz", timeout=5) as answer:  # noqa: S310  # loopback
                return bool(json.load(answer)["status"] == "ready")
        except (URLError, OSError):
            return False

    def kill(self) -> None:
        if self._popen and self._popen.poll() is None:
            self._popen.kill()
            self._popen.wait()

    def ask_to_stop(self) -> None:
        os.kill(self.pid, SIGTERM)

    @property
    def workers(self) -> list[int]:
        """The processes that it started to serve, the oldest first."""
        with suppress(NoSuchProcess):
            return [one.pid for one in psutil.Process(self.pid).children()]
        return []

    def resume(self) -> None:
        os.kill(self.pid, SIGCONT)

    def wait(self, seconds: float = 120) -> int:
        """Wait until it has ended by itself; its exit code."""
        assert self._popen
        return self._popen.wait(seconds)

    def said(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]


@contextmanager
def running(log: Path, **settings: object) -> Iterator[Process]:
    """A process of ours, started and at the end ended."""
    process = Process(settings, log)
    process.start()
    try:
        yield process
    finally:
        process.kill()


def freestone(*arguments: str, **settings: object) -> str:
    """Run the program to its end; what it printed. It must succeed."""
    return _printed(ran(PROGRAM, *arguments, env=environment(**settings), cwd=ROOT))


def freestone_in(root: Path, /, *arguments: str, **settings: object) -> str:
    """The program as it is in this folder."""
    env = environment(root, **settings)
    return _printed(ran(PROGRAM, *arguments, env=env, cwd=root, start=begun))


def _printed(done: CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def answers_at(url: str, process: Started | None = None) -> None:
    """Wait until somebody answers there; no longer than this process lives that is to."""
    until = monotonic() + SECONDS_TO_START
    while monotonic() < until:
        assert not process or process.poll() is None, f"who was to answer at {url} has ended"
        try:
            with urlopen(url, timeout=30):  # noqa: S310  # loopback
                return
        except OSError:
            sleep(0.02)
    raise AssertionError(f"nobody answers at {url}")
