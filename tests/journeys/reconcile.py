"""The books of a shop, held against one another: stock, orders, payments and the provider's ledger."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import connect


@dataclass(frozen=True)
class Books:
    """Where each context's tables are, and where the provider's ledger is."""

    ordering: Path
    inventory: Path
    payments: Path
    provider: Path

    @classmethod
    def of(cls, folder: Path) -> "Books":
        shop = folder / "shop.db"
        return cls(shop, shop, shop, folder / "provider.db")


def rows(file: Path, query: str) -> list[tuple[object, ...]]:
    with closing(connect(file, timeout=10)) as connection:
        return list(connection.execute(query))


def number(file: Path, query: str) -> int:
    ((found,),) = rows(file, query)
    assert isinstance(found, int), found
    return found
