"""The other workers of one supervisor: a bell that is rung in one is heard in all.

A word is a context's name, in a datagram over a pair of sockets that the supervisor made. One that
cannot be taken is dropped: who has that many unread is awake, and what no bell tells is found by the
watch.
"""

from asyncio import get_running_loop
from collections.abc import Callable, Iterable
from contextlib import suppress
from socket import AF_UNIX, SOCK_DGRAM, socket, socketpair

LONGEST_WORD = 100


class Post:
    """Where each worker hears the others, for as long as the supervisor lives."""

    def __init__(self, workers: int) -> None:
        self._pairs = [socketpair(AF_UNIX, SOCK_DGRAM) for _ in range(workers)]
        for end in (end for pair in self._pairs for end in pair):
            end.settimeout(0)

    def close(self) -> None:
        for end in (end for pair in self._pairs for end in pair):
            end.close()

    def siblings_of(self, number: int) -> "Siblings":
        others = [tells for n, (tells, _) in enumerate(self._pairs) if n != number]
        return Siblings(self._pairs[number][1], others)


class Siblings:
    """Those of one worker; without any, nobody is told and nothing heard."""

    def __init__(self, heard_at: socket | None = None, others: Iterable[socket] = ()) -> None:
        self._heard_at, self._others = heard_at, tuple(others)

    def tell(self, word: str) -> None:
        said = word.encode()
        for other in self._others:
            with suppress(BlockingIOError, ConnectionError):
                other.send(said)

    def listen(self, heard: Callable[[str], None]) -> None:
        """Hear them from now on, in this event loop."""
        at = self._heard_at
        if at is None:
            return

        def hear() -> None:
            with suppress(BlockingIOError):
                heard(at.recv(LONGEST_WORD).decode())

        get_running_loop().add_reader(at, hear)

    def close(self) -> None:
        """Hear them no more."""
        if self._heard_at:
            get_running_loop().remove_reader(self._heard_at)
