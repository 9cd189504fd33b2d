"""Full-text indexes, as each engine has them: behind them all, one question.

What an engine indexes is the column `words` of one table, and it does so by itself: PostgreSQL and
MariaDB by an index, SQLite by triggers that keep an FTS5 table beside it, and find its rows by the
id of the product, for the numbers of rows may change when a database is copied. Words are written
by `domain.catalog.words` and hold nothing that could be an operator.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from sqlalchemy import Connection, Dialect, Table, event, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

INDEX = "catalog_search_fulltext"
ADD = (
    "INSERT INTO catalog_search_fulltext (product_id, key, words)"
    " VALUES (new.product_id, 'k' || hex(new.product_id), new.words);"
)
DROP = (
    "DELETE FROM catalog_search_fulltext WHERE rowid IN"
    " (SELECT rowid FROM catalog_search_fulltext"
    " WHERE catalog_search_fulltext MATCH 'key : k' || hex(old.product_id));"
)
MADE: dict[str, tuple[str, ...]] = {
    "postgresql": (
        f"CREATE INDEX {INDEX} ON catalog_search USING gin (to_tsvector('simple', words))",
    ),
    "mariadb": (f"CREATE FULLTEXT INDEX {INDEX} ON catalog_search (words)",),
    "sqlite": (
        f"CREATE VIRTUAL TABLE {INDEX} USING fts5(product_id UNINDEXED, key, words)",
        f"CREATE TRIGGER {INDEX}_i AFTER INSERT ON catalog_search BEGIN {ADD} END",
        f"CREATE TRIGGER {INDEX}_d AFTER DELETE ON catalog_search BEGIN {DROP} END",
        f"CREATE TRIGGER {INDEX}_u AFTER UPDATE ON catalog_search BEGIN {DROP} {ADD} END",
    ),
}


def made_on(dialect: Dialect) -> Iterable[str]:
    """The statements that make the index, once its table is there."""
    return MADE["mariadb" if dialect.name == "mysql" else dialect.name]


def dropped_on(dialect: Dialect) -> Iterable[str]:
    """Those that take down what would outlive its table."""
    return (f"DROP TABLE IF EXISTS {INDEX}",) if dialect.name == "sqlite" else ()


def index(table: Table) -> None:
    """Whoever makes this table makes its index with it."""

    def run(statements: Callable[[Dialect], Iterable[str]]) -> Callable[..., None]:
        def told(_table: Table, connection: Connection, **_more: Any) -> None:
            for statement in statements(connection.dialect):
                connection.exec_driver_sql(statement)

        return told

    event.listen(table, "after_create", run(made_on))
    event.listen(table, "after_drop", run(dropped_on))


class Holds(FunctionElement[Any]):
    """Whether a row holds all of these words, the last of which may be the beginning of one."""

    name = "holds"
    type = NullType()  # of a boolean, MariaDB would be asked whether it is 1, and not use its index
    inherit_cache = True

    def __init__(self, table: Table, words: tuple[str, ...]) -> None:
        first, last = words[:-1], words[-1]
        on_postgresql = literal(" & ".join((*map("'{}'".format, first), f"'{last}':*")))
        on_mariadb = literal(" ".join((*map("+{}".format, first), f"+{last}*")))
        on_sqlite = literal(f"words : ({' AND '.join((*first, f'{last}*'))})")
        super().__init__(table.c.words, table.c.product_id, on_postgresql, on_mariadb, on_sqlite)


@compiles(Holds, "postgresql")
def _on_postgresql(holds: Holds, compiler: SQLCompiler, **more: Any) -> str:
    words, _, asked, _, _ = (partial(compiler.process, one, **more) for one in holds.clauses)
    return f"to_tsvector('simple', {words()}) @@ CAST({asked()} AS tsquery)"


@compiles(Holds, "mysql", "mariadb")
def _on_mariadb(holds: Holds, compiler: SQLCompiler, **more: Any) -> str:
    words, _, _, asked, _ = (partial(compiler.process, one, **more) for one in holds.clauses)
    return f"MATCH ({words()}) AGAINST ({asked()} IN BOOLEAN MODE)"


@compiles(Holds, "sqlite")
def _on_sqlite(holds: Holds, compiler: SQLCompiler, **more: Any) -> str:
    _, its, _, _, asked = (partial(compiler.process, one, **more) for one in holds.clauses)
    return f"{its()} IN (SELECT product_id FROM {INDEX} WHERE {INDEX} MATCH {asked()})"  # noqa: S608
