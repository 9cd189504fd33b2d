"""How often a database is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.event import listen, remove
from sqlalchemy.ext.asyncio import AsyncEngine

FRAMES = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")


@contextmanager
def counted(engine: AsyncEngine) -> Iterator[list[str]]:
    """The statements that an engine is given, but for those that begin and end transactions."""
    said: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(FRAMES):
            said.append(statement)

    listen(engine.sync_engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        remove(engine.sync_engine, "before_cursor_execute", hear)
