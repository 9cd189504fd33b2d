"""Every statement that any engine in this process is given, and on whose behalf."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.event import listen, remove

from infrastructure.shared.database.statements import issuer
from tests.statements import FRAMES


@dataclass(frozen=True)
class Heard:
    issuer: str
    statement: str
    parameters: Any


@contextmanager
def heard() -> Iterator[list[Heard]]:
    said: list[Heard] = []

    def hear(_c: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if not statement.startswith(FRAMES):
            said.append(Heard(issuer(), statement, parameters))

    listen(Engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        remove(Engine, "before_cursor_execute", hear)
