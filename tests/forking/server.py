"""`python -m tests.forking.server SOCKET`: has imported the program, and forks whenever it is asked to."""

import gc
import os
import runpy
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from selectors import EVENT_READ, DefaultSelector
from socket import recv_fds, socket
from threading import active_count

from tests.forking.asked import FILES, MOST_BYTES, NUMBER, Asked

HEARD = (signal.SIGINT, signal.SIGTERM)
"""Sent to a whole terminal or group. Whoever asked for a process ends it."""


@dataclass
class Child:
    """A process that was forked. It stays a zombie, and its number its own, until whoever asked for it
    has heard how it ended, or will not hear.
    """

    asker: socket
    pidfd: int
    has_ended: bool = False
    is_let_go: bool = False

    def tell(self, number: int) -> None:
        with suppress(ConnectionError):
            self.asker.send(NUMBER.pack(number))

    def tell_end(self) -> None:
        self.has_ended = True
        how = os.waitid(os.P_PIDFD, self.pidfd, os.WEXITED | os.WNOWAIT)
        assert how
        self.tell(how.si_status if how.si_code == os.CLD_EXITED else -how.si_status)

    def bury(self) -> None:
        os.waitid(os.P_PIDFD, self.pidfd, os.WEXITED)
        self.close()

    def close(self) -> None:
        self.asker.close()
        os.close(self.pidfd)


def serve(line: socket) -> tuple[Asked, list[int]] | None:
    """Until nobody can ask any more. In a process that was asked for: what it is, and its files."""
    children: dict[int, Child] = {}  # by each of the two files that say something of them
    with line, DefaultSelector() as selector:
        selector.register(line, EVENT_READ)
        while True:
            for key, _ in selector.select():
                if child := children.pop(key.fd, None):
                    selector.unregister(key.fd)
                    _hear_of(child, key.fd)
                    continue
                message, files, _, _ = recv_fds(line, MOST_BYTES, FILES)
                if not message:
                    return None
                asker = socket(fileno=files.pop())
                if not (pid := os.fork()):
                    asker.close()
                    for child in {id(one): one for one in children.values()}.values():
                        child.close()
                    return Asked.from_bytes(message), files
                _close(files)
                child = Child(asker, os.pidfd_open(pid))
                child.tell(pid)
                for file in (asker.fileno(), child.pidfd):
                    children[file] = child
                    selector.register(file, EVENT_READ)


def _hear_of(child: Child, file: int) -> None:
    if file == child.pidfd:
        child.tell_end()
    else:
        child.is_let_go = True
    if child.has_ended and child.is_let_go:
        child.bury()


def run(asked: Asked, files: list[int]) -> None:
    """As `python -m` does."""
    for number, file in enumerate(files):
        os.dup2(file, number)
    _close(files)
    os.chdir(asked.folder)
    os.environ.clear()
    os.environ.update(asked.environment)
    module, *arguments = asked.command
    sys.argv = [module, *arguments]
    sys.modules.pop(module, None)  # or else it is warned that it will be there twice
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _close(files: list[int]) -> None:
    for file in files:
        os.close(file)


def main() -> None:
    gc.disable()
    import_module("app.commands.program")  # so that what is forked need not
    gc.freeze()
    gc.enable()
    assert active_count() == 1, "a thread would not be there in what is forked"
    before = [signal.signal(one, signal.SIG_IGN) for one in HEARD]
    if started := serve(socket(fileno=int(sys.argv[1]))):
        for one, handler in zip(HEARD, before, strict=True):
            signal.signal(one, handler)
        run(*started)


if __name__ == "__main__":
    main()
