"""A reader of a document: gives its commands, one after another, in a working copy of their own.

Ports are others than the document says, for theirs may be taken. What serves until it is told to stop
goes on in the background, as it would in another terminal.
"""

import os
import re
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree, ignore_patterns
from subprocess import PIPE, STDOUT, Popen
from threading import Timer
from time import monotonic, sleep
from uuid import uuid4

from tests.documents.blocks import ROOT, Command
from tests.processes import a_free_port, environment

SERVING = re.compile(r"(export .+\n)*(make run|\.venv/bin/freestone serve.*[^&\n])\n*")
PORT = re.compile(r"\b80[0-9]{2}\b")
PUBLIC, INTERNAL = "8000", "8001"
LEFT_OUT = (".*", "__pycache__", "node_modules", "var", "*.egg-info", "results")
UNTIL = "until curl -sfo /dev/null {}; do kill -0 $!; sleep 0.1; done"
SECONDS_INSTALLED = 3600
SECONDS_TO_RUN, SECONDS_TO_END = 300, 60
"""A command, and what was started to its end."""


class Stumbled(Exception):
    """A command did not do what the document says; with all that was printed."""


@dataclass
class Reader:
    folder: Path
    shell: Popen[str]
    ports: dict[str, str] = field(default_factory=dict)

    def give(self, command: Command) -> None:
        text = self.here(command.text)
        if SERVING.fullmatch(text):
            ready = f"http://127.0.0.1:{self.ports[PUBLIC]}/readyz"
            self._run(f"{text.rstrip()} > server.log 2>&1 &\n{UNTIL.format(ready)}")
            return
        printed, wanted = self._run(text), self.here(command.printed)
        if not is_as_said(wanted, printed):
            raise Stumbled(f"$ {text}\nis said to print:\n{wanted}\nand printed:\n{printed}")

    def here(self, text: str) -> str:
        """With the ports that there are."""
        return PORT.sub(lambda found: self._port(found[0]), text)

    def _port(self, said: str) -> str:
        return self.ports.setdefault(said, str(a_free_port()))

    def _run(self, text: str) -> str:
        """What it prints; the shell ends at the first command that fails, as with `set -e`."""
        mark = f"--- {uuid4()} ---"
        watch = Timer(SECONDS_TO_RUN, _end, (self.shell,))
        watch.start()
        try:
            return self._printed(text, mark)
        finally:
            watch.cancel()

    def _printed(self, text: str, mark: str) -> str:
        assert self.shell.stdin
        assert self.shell.stdout
        self.shell.stdin.write(f"{text.rstrip()}\necho; echo '{mark}'\n")
        self.shell.stdin.flush()
        printed: list[str] = []
        for line in self.shell.stdout:
            if line.rstrip("\n") == mark:
                return "".join(printed)
            printed.append(line)
        log = self.folder / "server.log"
        served = log.read_text("utf-8") if log.exists() else ""
        raise Stumbled(f"$ {text}\nended with {self.shell.wait()}:\n{''.join(printed)}\n{served}")


@contextmanager
def reading(folder: Path) -> Iterator[Reader]:
    """A reader in a fresh working copy; whatever it has started ends with it."""
    working_copy(folder)
    ports = {PUBLIC: str(a_free_port()), INTERNAL: str(a_free_port())}
    told = environment(port=ports[PUBLIC], internal_port=ports[INTERNAL])
    path = os.pathsep.join([str(folder / "src"), str(folder)])
    env = {**told, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
    env.pop("PYTHONWARNINGS")  # they are for tests
    with Popen(
        ["bash", "-e", "-o", "pipefail"],  # noqa: S607  # whichever the reader has
        cwd=folder,
        env=env,
        stdin=PIPE,
        stdout=PIPE,
        stderr=STDOUT,
        text=True,
        start_new_session=True,
    ) as shell:
        try:
            yield Reader(folder, shell, ports)
        finally:
            _end(shell)


def working_copy(folder: Path) -> None:
    """The repository as a clone has it, after `make setup`."""
    copytree(ROOT, folder, ignore=ignore_patterns(*LEFT_OUT), dirs_exist_ok=True)
    installed, programs = Path(sys.prefix), folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    _linked((entry for entry in installed.iterdir() if entry.name != "bin"), folder / ".venv")
    _linked((installed / "bin").iterdir(), programs)
    for pip in programs.glob("pip*"):  # what is linked to is not the copy's to change
        pip.unlink()
        pip.write_text("#!/bin/sh\necho 'nothing is installed here' >&2\nexit 1\n")
        pip.chmod(0o755)
    mark = folder / ".venv" / ".installed"
    mark.touch()
    later = mark.stat().st_mtime + SECONDS_INSTALLED
    os.utime(mark, (later, later))  # newer than what a command here may change


def _linked(entries: Iterable[Path], folder: Path) -> None:
    for entry in entries:
        if entry.name != ".installed":
            (folder / entry.name).symlink_to(entry)


def is_as_said(said: str, printed: str) -> bool:
    """Line by line, with `...` for anything, and nothing said about nothing."""
    if not said.strip():
        return True
    pattern = ".*".join(re.escape(" ".join(part.split())) for part in said.split("..."))
    pattern = pattern.replace(r"\ .*", r"\ ?.*").replace(r".*\ ", r".*\ ?")
    return bool(re.fullmatch(pattern, " ".join(printed.split()), re.DOTALL))


def _end(shell: Popen[str]) -> None:
    """The shell, and all that it has started: by its group, which is there as long as one of them."""
    until = monotonic() + SECONDS_TO_END
    with suppress(ProcessLookupError):
        os.killpg(shell.pid, signal.SIGTERM)
        while monotonic() < until:
            shell.poll()
            os.killpg(shell.pid, 0)
            sleep(0.02)
        os.killpg(shell.pid, signal.SIGKILL)
