"""A server of our own on loopback, to be started, stopped and killed."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from signal import SIGKILL
from subprocess import DEVNULL, STDOUT, Popen
from time import monotonic, sleep

import psutil

from tests.processes import a_free_port
from tests.services.kinds import NO_ANSWER, Kind
from tests.services.programs import Failed, give, serving_as

SECONDS_TO_START = 120.0
SECONDS_TO_STOP = 120.0


@dataclass
class Server:
    """It keeps what it keeps in `folder`, over stops and starts and the processes that own it.

    Without a port it takes a free one at its first start, and keeps that.
    """

    kind: Kind
    folder: Path
    port: int = 0
    settings: Mapping[str, str] = field(default_factory=dict)
    _popen: Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """As `FREESTONE_DATABASE_URL` takes it, with the database that one is let into first."""
        return self.kind.url(self.port)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def pid(self) -> int | None:
        """Its process, if it runs. Another that has been given its number since is not it."""
        with suppress(FileNotFoundError, ValueError, psutil.Error):
            process = psutil.Process(int((self.folder / "pid").read_text()))
            if process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == self.data:
                return process.pid
        return None

    @property
    def version(self) -> str:
        return self.kind.version(self.url)

    def start(self) -> None:
        """Raises `NotInstalled` and `Failed`. What runs already is left alone."""
        if self.pid:
            return
        owner = serving_as(self.kind.OWNER)
        self.folder.mkdir(parents=True, exist_ok=True)
        give(self.folder, owner)
        if not (self.folder / "made").exists():
            self._make(owner)
        self.port = self.port or a_free_port()
        told = self.kind.command(self.data, self.port, dict(self.settings))
        with self.log.open("ab") as log:
            self._popen = Popen(  # noqa: S603  # programs of the machine's packages
                told,
                user=owner,
                group=owner,
                extra_groups=[] if owner else None,
                start_new_session=True,  # what stops the terminal's programs does not stop it
                cwd=self.data,
                stdin=DEVNULL,
                stdout=log,
                stderr=STDOUT,
            )
        (self.folder / "pid").write_text(str(self._popen.pid))
        self._wait_until_it_answers()

    def stop(self) -> None:
        """As a system that shuts down would: it puts its things in order first."""
        self._end(self.kind.STOPS_ON)

    def stop_immediately(self) -> None:
        """Whoever is connected is cut off; it mends what it keeps at the next start."""
        self._end(self.kind.STOPS_AT_ONCE_ON)

    def kill(self) -> None:
        """kill -9, of all its processes."""
        if pid := self.pid:
            family = psutil.Process(pid).children(recursive=True)
            self._end(SIGKILL)
            for process in family:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
                _wait_for_the_end_of(process)

    def said(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]

    def _make(self, owner: str | None) -> None:
        for name in ("data", "tmp"):
            rmtree(self.folder / name, ignore_errors=True)  # of one that was not made to its end
            (self.folder / name).mkdir(mode=0o700)
            give(self.folder / name, owner)
        self.kind.make(self.data, owner)
        (self.folder / "made").touch()

    def _wait_until_it_answers(self) -> None:
        until = monotonic() + SECONDS_TO_START
        assert self._popen
        while not self._answers():
            if self._popen.poll() is not None or monotonic() > until:
                raise Failed(f"{self.kind.NAME} did not start: {self.said()}")
            sleep(0.02)

    def _answers(self) -> bool:
        try:
            return bool(self.kind.version(self.url))
        except NO_ANSWER:
            return False

    def _end(self, signal: int) -> None:
        if not (pid := self.pid):
            return
        process = psutil.Process(pid)
        process.send_signal(signal)
        _wait_for_the_end_of(process)
        if self._popen:
            self._popen.wait()


def _wait_for_the_end_of(process: psutil.Process) -> None:
    """Of one that is not ours, too: whose parent takes its time to hear of it."""
    until = monotonic() + SECONDS_TO_STOP
    with suppress(psutil.NoSuchProcess):
        while process.status() != psutil.STATUS_ZOMBIE:
            if monotonic() > until:
                raise Failed(f"process {process.pid} has not ended in {SECONDS_TO_STOP:g} s")
            sleep(0.005)
