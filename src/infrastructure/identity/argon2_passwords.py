import os
from asyncio import get_running_loop
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property, partial
from typing import TypeVar
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.shared.model import Conflict
from infrastructure.shared.database.engines import require_no_transaction

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""argon2id as the OWASP Password Storage Cheat Sheet has it at the least: 19 MiB, 2 passes, 1 lane."""
LONGEST_LINE = 16
"""For each core: at some 20 ms each, whoever comes last waits a third of a second."""
Result = TypeVar("Result")


class Argon2Passwords:
    """As many are hashed at once as there are cores, for each takes all of one; others wait in a line
    that is not long.
    """

    def __init__(self, hasher: PasswordHasher = HASHER, cores: int | None = None) -> None:
        cores = cores or os.cpu_count() or 1
        self._hasher, self._longest, self._in_line = hasher, cores * LONGEST_LINE, 0
        self._threads = ThreadPoolExecutor(cores, thread_name_prefix="passwords")

    @contextmanager
    def in_line(self) -> Iterator[None]:
        if self._in_line >= self._longest:
            raise Conflict("too many passwords are being hashed")
        self._in_line += 1
        try:
            yield
        finally:
            self._in_line -= 1

    async def hashed(self, password: str) -> str:
        return await self._apart(lambda: self._hasher.hash(_prepared(password)))

    async def is_it(self, password: str, known: str | None) -> bool:
        is_it = await self._apart(partial(self._verify, known, password))
        return is_it and known is not None

    def is_outdated(self, known: str) -> bool:
        return self._hasher.check_needs_rehash(known)

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)

    @cached_property
    def _nobodys(self) -> str:
        """The hash of a password that nobody has."""
        return self._hasher.hash(os.urandom(32))

    def _verify(self, known: str | None, password: str) -> bool:
        nobodys = self._nobodys  # whoever is the first has it made
        try:
            return self._hasher.verify(known or nobodys, _prepared(password))
        except (VerificationError, InvalidHashError):
            return False

    async def _apart(self, work: Callable[[], Result]) -> Result:
        require_no_transaction("hashing a password")
        return await get_running_loop().run_in_executor(self._threads, work)


def _prepared(password: str) -> bytes:
    """The same however a keyboard composes it (NIST SP 800-63B, 2017, 5.1.1.2)."""
    return normalize("NFKC", password).encode(errors="surrogatepass")
