from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from infrastructure.shared.database.engines import require_no_transaction


@dataclass
class FakePasswords:
    """Hashes that cost nothing, and a note of each that was made: `True` where one was compared."""

    hashes: list[bool] = field(default_factory=list)
    recipe: str = "v1"

    @contextmanager
    def in_line(self) -> Iterator[None]:
        yield

    async def hashed(self, password: str) -> str:
        require_no_transaction("hashing a password")
        self.hashes.append(False)
        return f"{self.recipe}:{password}"

    async def is_it(self, password: str, known: str | None) -> bool:
        require_no_transaction("hashing a password")
        self.hashes.append(True)
        return known is not None and known.partition(":")[2] == password

    def is_outdated(self, known: str) -> bool:
        return known.partition(":")[0] != self.recipe
