"""One context's line of migrations: its steps in their order, and which of them a database lacks."""

from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, MetaData

FOLDER = Path(__file__).parents[4] / "migrations"


class Move(Protocol):
    def __call__(self, connection: Connection, /, after: Any) -> Any: ...


@dataclass(frozen=True)
class Step:
    """One migration.

    `move` takes some rows to where the schema wants them, in a transaction of its own: those after
    the key that it is given. It says the last one's, and is called with that until none is left.
    What `is_contract` ends what the release before needs.
    """

    context: str
    revision: str
    about: str
    move: Move | None = None
    is_contract: bool = False

    def __str__(self) -> str:
        return f"{self.context} {self.revision}: {self.about}"


def steps(context: str) -> list[Step]:
    """From the first to the last. One that contracts moves again what was moved before it: the
    release before has written rows since.
    """
    newest_first = ScriptDirectory.from_config(config_of(context)).walk_revisions()
    line: list[Step] = []
    move = None
    for script in reversed(list(newest_first)):
        step = _step(context, script)
        move = step.move or move
        line.append(replace(step, move=move) if step.is_contract else step)
    return line


def lacking(context: str, at: str | None, *, contract: bool) -> list[Step]:
    """The steps that a database at this revision lacks.

    A contract step at the end waits to be asked for, because processes of the release before may
    still run; once a later release has put a step after it, none does. A new database has no past:
    it gets all. One that a later release has brought further lacks nothing.
    """
    ahead = [step for step in steps(context) if at is None or step.revision > at]
    while at is not None and not contract and ahead and ahead[-1].is_contract:
        ahead.pop()
    return ahead


def standing(connection: Connection, context: str) -> str | None:
    """The revision that the tables of a context are at; none where there are none."""
    opts = {"version_table": version_table(context)}
    return MigrationContext.configure(connection, opts=opts).get_current_revision()


def config_of(context: str) -> Config:
    return Config(FOLDER / "alembic.ini", ini_section=context)


def tables_of(context: str) -> MetaData:
    metadata: MetaData = import_module(f"infrastructure.{context}.tables").metadata
    return metadata


def is_of(context: str, name: str | None, kind: str) -> bool:
    """Whether a table or index is one that the tables of a context tell of: full-text indexes, and
    what keeps them, are each engine's own.
    """
    its = name or ""
    is_own = kind != "table" or its.startswith(f"{context}_")
    return is_own and not (kind in ("table", "index") and "_fulltext" in its)


def version_table(context: str) -> str:
    return f"{context}_alembic_version"


def _step(context: str, script: Script) -> Step:
    return Step(
        context,
        script.revision,
        script.doc,
        getattr(script.module, "move", None),
        getattr(script.module, "is_contract", False),
    )
