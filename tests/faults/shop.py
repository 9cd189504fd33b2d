"""A shop to be broken: its server, its payment provider in a process of its own, and its books."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conftest import a_shop
from tests.forking.client import ran, started
from tests.forking.forked import Started
from tests.journeys.reconcile import Books
from tests.processes import ROOT, Process, a_free_port, answers_at, environment

LEASE_SECONDS = 2.0
SECONDS_TO_RECOVER = 120.0


@dataclass
class Shop:
    folder: Path
    database_url: str
    servers: list[Process] = field(default_factory=list)
    provider_port: int = field(default_factory=a_free_port)

    @property
    def armed(self) -> Path:
        """Where a planted fault waits for its word to begin."""
        return self.folder / "armed"

    @property
    def books(self) -> Books:
        return Books.of(self.settings)

    @property
    def settings(self) -> dict[str, Any]:
        return a_shop(
            self.folder,
            database_url=self.database_url,
            interop=True,
            payment_provider_url=f"http://127.0.0.1:{self.provider_port}",
            lease_seconds=LEASE_SECONDS,
            attempt_seconds=LEASE_SECONDS - 0.5,
            provider_seconds=1.0,
            recovery_seconds=0.2,
        )

    @contextmanager
    def opened(self) -> Iterator["Shop"]:
        provider = a_provider(self.folder, self.provider_port)
        try:
            yield self
        finally:
            for server in self.servers:
                server.kill()
            provider.kill()
            provider.wait()

    def served(self, *, workers: int = 1) -> Process:
        """A server without a fault."""
        settings = {**self.settings, "workers": workers}
        return self._started(Process(settings, self.folder / "log"))

    def served_with(self, signal: str, place: str) -> Process:
        """A server with a fault planted; recovery leaves its count of transactions alone."""
        command = ("tests.faults.entry", signal, place, str(self.armed))
        settings = {**self.settings, "recovery_seconds": 3600}
        return self._started(Process(settings, self.folder / "log", command))

    def recover(self) -> None:
        """Recovery in a process of its own, beside whatever else is there."""
        command = ("tests.faults.recover", str(SECONDS_TO_RECOVER))
        done = ran(*command, env=environment(**self.settings), cwd=ROOT)
        assert done.returncode == 0, done.stdout + done.stderr

    def _started(self, server: Process) -> Process:
        self.servers.append(server)
        server.start()
        return server


def a_provider(folder: Path, port: int) -> Started:
    """The payment provider, in a process of its own. It is there when this returns."""
    told = ("--port", str(port), "--database", str(folder / "provider.db"))
    module, env = "infrastructure.payments.test_provider", environment()
    with (folder / "provider.log").open("ab") as log:
        provider = started(module, *told, env=env, cwd=ROOT, output=log, errors=log)
    try:
        answers_at(f"http://127.0.0.1:{port}/ledger", provider)
    except BaseException:
        provider.kill()  # nobody else would
        provider.wait()
        raise
    return provider
