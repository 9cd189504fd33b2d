"""Steps on MySQL and MariaDB, where every statement that changes tables commits at once.

A step that is broken off there is half done, and is taken again from its start. How far it came is
noted: what was done by then, and the statement that was under way if the process was killed, may be
there already. Everything else that is in the way belongs to somebody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from alembic.ddl.mysql import MariaDBImpl, MySQLImpl
from sqlalchemy import Boolean, Column, Connection, Integer, MetaData, String, Table, select
from sqlalchemy.exc import DBAPIError

from infrastructure.shared.migrations.line import Step

DONE_BEFORE = {
    1050,  # the table is there
    1051,  # the table is gone
    1060,  # the column is there
    1061,  # the index is there
    1091,  # the column or index is gone
    1826,  # the foreign key is there
}


@dataclass
class Note:
    """How many statements of a step were done when it was broken off, and how many now are.

    It is written with what comes next: the next statement that changes tables commits it.
    """

    connection: Connection
    table: Table
    done: int = 0
    may_be_there: int = 0
    taken: int = 0

    def passes_over(self, failure: DBAPIError) -> bool:
        number = next(iter(failure.driver_exception.args), None)
        return self.taken < self.may_be_there and number in DONE_BEFORE

    def take(self) -> None:
        self.taken += 1
        if self.taken > self.done:
            self.connection.execute(self.table.update().values(done=self.taken))


@contextmanager
def noted(connection: Connection, step: Step) -> Iterator[Note | None]:
    """Note how far a step comes, until it has come to its end; nothing where DDL can be taken back."""
    if connection.dialect.name not in ("mysql", "mariadb"):
        yield None
        return
    note = _begun(connection, step)
    try:
        yield note
    except DBAPIError as failure:
        if not failure.connection_invalidated:
            connection.rollback()
            known = max(note.done, note.taken)  # and what was under way was not done
            connection.execute(note.table.update().values(done=known, is_sure=True))
            connection.commit()
        raise
    note.table.drop(connection)


def _begun(connection: Connection, step: Step) -> Note:
    columns = Column("revision", String(32)), Column("done", Integer), Column("is_sure", Boolean)
    table = Table(f"{step.context}_alembic_begun", MetaData(), *columns)
    table.create(connection, checkfirst=True)
    kept = connection.execute(select(table).where(table.c.revision == step.revision)).first()
    connection.execute(table.delete())
    note = Note(connection, table, kept.done, kept.done + (not kept.is_sure)) if kept else None
    note = note or Note(connection, table)
    connection.execute(table.insert().values(revision=step.revision, done=note.done, is_sure=False))
    connection.commit()
    return note


class _Again:
    """Given a `note`, it passes over what was done before."""

    context_opts: dict[str, Any]

    def _exec(self, *statement: Any, **more: Any) -> Any:
        note: Note | None = self.context_opts.get("note")
        try:
            result = super()._exec(*statement, **more)  # type: ignore[misc]
        except DBAPIError as failure:
            if not (note and note.passes_over(failure)):
                raise
            result = None
        if note:
            note.take()
        return result

    def version_table_impl(self, *, version_table: str, **_more: Any) -> Table:
        """Without the name that alembic gives its primary key: MySQL warns that it has no use for it."""
        revision = Column("version_num", String(32), primary_key=True)
        return Table(version_table, MetaData(), revision)


class AgainOnMySQL(_Again, MySQLImpl):
    __dialect__ = "mysql"


class AgainOnMariaDB(_Again, MariaDBImpl):
    __dialect__ = "mariadb"
