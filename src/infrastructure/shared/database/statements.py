"""Who issues which statement: told in the statement itself, and in the log where it was slow."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from time import perf_counter
from typing import Any

from sqlalchemy import ExceptionContext
from sqlalchemy.event import listen
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog import get_logger

NOT_PLAIN = re.compile(r"[^A-Za-z0-9_. ]+")
MOST_CHARACTERS = 2000
"""Of a statement in the log."""
_issuer: ContextVar[str] = ContextVar("issuer", default="")
log = get_logger(__name__)


def issuer() -> str:
    """The use case, consumer or routine at work, if one is."""
    return _issuer.get()


def issue_as(name: str) -> None:
    """From here on in this context, statements are this one's."""
    _issuer.set(name)


@contextmanager
def issued_by(name: str) -> Iterator[None]:
    token = _issuer.set(name)
    try:
        yield
    finally:
        _issuer.reset(token)


def attend(engine: AsyncEngine, slow_seconds: float) -> None:
    """Sign all statements of an engine, and log those that take longer; 0 logs none."""
    listen(engine.sync_engine, "before_cursor_execute", _begin, retval=True)
    if slow_seconds:
        watch = _Watch(slow_seconds)
        listen(engine.sync_engine, "after_cursor_execute", watch.end)
        listen(engine.sync_engine, "handle_error", watch.fail)


@lru_cache(maxsize=1000)
def signed(statement: str, name: str) -> str:
    """After its first word: asyncmy takes what begins with a comment for no INSERT of many rows.

    The same text each time for a use case, so that plans are kept; the same object, so that
    psycopg need not read it again.
    """
    verb, _, rest = statement.partition(" ")
    return f"{verb} /* {NOT_PLAIN.sub('', name)} */ {rest}"


def _begin(
    _connection: Any, _cursor: Any, statement: str, parameters: Any, context: Any, _many: Any
) -> tuple[str, Any]:
    context.began_at = perf_counter()
    return (signed(statement, name) if (name := _issuer.get()) else statement), parameters


class _Watch:
    """The time is the statement's alone: waiting for a connection is not in it."""

    def __init__(self, slow_seconds: float) -> None:
        self._slow = slow_seconds

    def end(
        self, connection: Any, _cursor: Any, statement: str, _p: Any, context: Any, _m: Any
    ) -> None:
        seconds = perf_counter() - context.began_at
        if seconds > self._slow:
            _tell(connection.dialect.name, statement, seconds, has_failed=False)

    def fail(self, failure: ExceptionContext) -> None:
        """What was ended for taking too long was slow too."""
        began_at = getattr(failure.execution_context, "began_at", None)
        if began_at and (seconds := perf_counter() - began_at) > self._slow:
            _tell(failure.dialect.name, failure.statement or "", seconds, has_failed=True)


def _tell(engine: str, statement: str, seconds: float, *, has_failed: bool) -> None:
    """Without parameters: those are about people."""
    log.warning(
        "slow statement",
        use_case=_issuer.get(),
        statement=statement[:MOST_CHARACTERS],
        seconds=round(seconds, 3),
        engine=engine,
        has_failed=has_failed,
    )
