"""A context's tables can be moved to a database of their own, and its migrations build them there."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table

from infrastructure.shared.migrations.line import tables_of
from infrastructure.shared.migrations.tables import migrate, pending, run
from tests.contracts.snapshots import CONTEXTS


def ties(context: str, metadata: MetaData) -> list[str]:
    own = f"{context}_"
    tables = [table.name for table in metadata.tables.values() if not table.name.startswith(own)]
    keys = [key for table in metadata.tables.values() for key in table.foreign_keys]
    return tables + [k.target_fullname for k in keys if not k.target_fullname.startswith(own)]


@pytest.mark.parametrize("context", CONTEXTS)
def test_no_table_is_tied_to_another_context(context: str) -> None:
    metadata = tables_of(context)

    assert metadata.tables
    assert ties(context, metadata) == []


def test_a_tie_is_noticed_even_when_it_is_only_a_string() -> None:
    metadata = MetaData()
    order: Column[int] = Column("order_id", ForeignKey("ordering_orders.id"))
    Table("inventory_promises", metadata, Column("id", Integer, primary_key=True), order)
    Table("promises", metadata)

    assert ties("inventory", metadata) == ["promises", "ordering_orders.id"]


@pytest.mark.parametrize("context", CONTEXTS)
async def test_migrations_build_the_tables_and_take_them_down_again(
    context: str, tmp_path: Path
) -> None:
    new = NewDatabase((context,), f"sqlite+aiosqlite:///{tmp_path}/new.db")

    await migrate(new)
    await run(new.url, context, command.check)
    await run(new.url, context, command.downgrade, "base")

    assert await pending(new) == [context]


@dataclass
class NewDatabase:
    contexts: tuple[str, ...]
    url: str

    def database_of(self, _context: str) -> str:
        return self.url
