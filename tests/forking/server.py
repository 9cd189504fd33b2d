"""`python -m tests.forking.server SOCKET`: has imported the program, and forks whenever it is asked to."""

import gc
import os
import runpy
import signal
import sys
from contextlib import suppress
from importlib import import_module
from selectors import EVENT_READ, DefaultSelector
from socket import recv_fds, socket

from tests.forking.asked import FILES, MOST_BYTES, NUMBER, Asked


def serve(line: socket) -> tuple[Asked, list[int]] | None:
    """Until nobody can ask any more. In a process that was asked for: what it is, and its files."""
    ends: dict[int, int] = {}  # of whom it is waited for, where that is to be told
    with line, DefaultSelector() as selector:
        selector.register(line, EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is not line:
                    selector.unregister(key.fd)
                    _tell_end(key.fd, ends.pop(key.fd))
                    continue
                message, files, _, _ = recv_fds(line, MOST_BYTES, FILES)
                if not message:
                    return None
                told = files.pop()
                if not (pid := os.fork()):
                    _close(told, *ends, *ends.values())
                    return Asked.from_bytes(message), files
                _tell(told, pid)
                _close(*files)
                ended = os.pidfd_open(pid)
                ends[ended] = told
                selector.register(ended, EVENT_READ)


def run(asked: Asked, files: list[int]) -> None:
    """As `python -m` does."""
    for number, file in enumerate(files):
        os.dup2(file, number)
    _close(*files)
    os.chdir(asked.folder)
    os.environ.clear()
    os.environ.update(asked.environment)
    module, *arguments = asked.command
    sys.argv = [module, *arguments]
    sys.modules.pop(module, None)  # or else it is warned that it will be there twice
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _tell_end(ended: int, told: int) -> None:
    how = os.waitid(os.P_PIDFD, ended, os.WEXITED)
    assert how
    _tell(told, how.si_status if how.si_code == os.CLD_EXITED else -how.si_status)
    _close(ended, told)


def _tell(told: int, number: int) -> None:
    with suppress(BrokenPipeError):  # nobody wants to know any more
        os.write(told, NUMBER.pack(number))


def _close(*files: int) -> None:
    for file in files:
        os.close(file)


def main() -> None:
    gc.disable()
    import_module("app.commands.program")  # which those that are forked need not
    gc.freeze()
    gc.enable()
    interrupted = signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # whoever asks ends what it asked for
    if started := serve(socket(fileno=int(sys.argv[1]))):
        signal.signal(signal.SIGINT, interrupted)
        run(*started)


if __name__ == "__main__":
    main()
