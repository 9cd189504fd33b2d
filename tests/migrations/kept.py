"""Contexts that are kept on one database, to be migrated."""

from dataclasses import dataclass

from app.settings import CONTEXTS


@dataclass(frozen=True)
class Kept:
    url: str
    contexts: tuple[str, ...] = tuple(CONTEXTS)

    def database_of(self, _context: str) -> str:
        return self.url
