"""Changes to tables that are in use, for migrations: none makes readers or writers wait for long.

Each is alone in its step, since PostgreSQL takes it outside of a transaction; again, it goes on with
what was broken off.
"""

from typing import Any

from alembic import op
from sqlalchemy import text
from sqlalchemy.types import TypeEngine

BROKEN = text(
    "SELECT 1 FROM pg_index WHERE NOT indisvalid AND indexrelid = to_regclass(quote_ident(:name))"
)


def index_online(name: str, table: str, columns: list[str]) -> None:
    """Index a table that grows."""
    kind = op.get_bind().dialect.name
    if kind == "postgresql":
        with op.get_context().autocommit_block():
            _index_concurrently(name, table, columns)
    elif kind == "sqlite":
        op.create_index(name, table, columns)
    else:  # refused where it cannot be done beside writers
        named = ", ".join(f"`{column}`" for column in columns)
        op.execute(f"CREATE INDEX `{name}` ON `{table}` ({named}) ALGORITHM=INPLACE LOCK=NONE")


def require(table: str, column: str, kind: TypeEngine[Any]) -> None:
    """From now on a column that has been filled everywhere is never empty."""
    if op.get_bind().dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            _require_checked(table, column)
    else:
        _alter(table, column, kind, nullable=False)


def let_be_empty(table: str, column: str, kind: TypeEngine[Any]) -> None:
    """The way back from `require`."""
    _alter(table, column, kind, nullable=True)


def _alter(table: str, column: str, kind: TypeEngine[Any], *, nullable: bool) -> None:
    """SQLite makes the table anew for it."""
    with op.batch_alter_table(table) as batch:
        batch.alter_column(column, existing_type=kind, nullable=nullable)


def _index_concurrently(name: str, table: str, columns: list[str]) -> None:
    """It waits for transactions that were there before, and nobody waits for it; one that was
    broken off leaves an index that serves nobody.
    """
    connection = op.get_bind()
    bound = connection.scalar(text("SHOW lock_timeout"))
    op.execute("SET lock_timeout = 0")
    if connection.scalar(BROKEN, {"name": name}):
        op.drop_index(name, table, postgresql_concurrently=True)
    op.create_index(name, table, columns, postgresql_concurrently=True, if_not_exists=True)
    op.execute(f"SET lock_timeout = '{bound}'")


def _require_checked(table: str, column: str) -> None:
    """SET NOT NULL alone reads the whole table while nobody else may; it believes a constraint."""
    proof = f"{table}_{column}_is_filled"
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {proof}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {proof} CHECK ({column} IS NOT NULL) NOT VALID")
    op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {proof}")
    op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL")
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {proof}")
