"""What the house says about itself while it runs: one line an event, on standard error.

JSON in production, to be read by machines; otherwise for people. What others log (uvicorn, alembic)
takes the same way.
"""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from typing import Any, TextIO

import structlog
from structlog.processors import ExceptionRenderer
from structlog.stdlib import ProcessorFormatter
from structlog.tracebacks import ExceptionDictTransformer

from infrastructure.shared.envelope import carried

HIDDEN = "(hidden)"
SECRET_WORDS = (
    "apikey",
    "authorization",
    "cookie",
    "credential",
    "internalkeys",
    "password",
    "seal",
    "secret",
    "token",
)
PLAIN = {str, int, float, bool, type(None)}
QUIET = ("alembic", "aiosqlite", "asyncio", "mcp", "uvicorn")
SILENT = ("asyncmy",)
"""Its warnings are those of the server, which quote the values of rows."""


def configure(environment: str, to: TextIO | None = None) -> None:
    """Set up logging for this process. Doing it again replaces what was set up before."""
    is_production, stream = environment == "production", to or sys.stderr
    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        add_trace,
        hide_secrets,
    ]
    last: list[Any] = (
        [_frames(), structlog.processors.JSONRenderer(default=str, ensure_ascii=False)]
        if is_production
        else [
            structlog.dev.ConsoleRenderer(
                timestamp_key="at",
                colors=stream.isatty(),
                exception_formatter=structlog.dev.plain_traceback,
            )
        ]
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    _leave_out_what_no_line_tells()
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )


def _leave_out_what_no_line_tells() -> None:
    """Where in the source, in which thread and process: as Python's logging is told to (its HOWTO,
    Optimization).
    """
    logging._srcfile = None
    for name in ("logThreads", "logProcesses", "logMultiprocessing", "logAsyncioTasks"):
        setattr(logging, name, False)


def add_trace(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Any:
    """Who asked, and in which trace: the same in every process that the call went through."""
    if envelope := carried():
        event.setdefault("trace", envelope.traceparent.split("-")[1])
        event.setdefault("actor", envelope.actor)
    return event


def hide_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Any:
    """Black out what is named like a secret, however deep it lies."""
    for key, value in event.items():
        event[key] = HIDDEN if _is_secret(key) else _without_secrets(value)
    return event


def _without_secrets(value: Any) -> Any:
    if type(value) in PLAIN:  # most are
        return value
    if isinstance(value, Mapping):
        return {k: HIDDEN if _is_secret(k) else _without_secrets(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_without_secrets(part) for part in value]
    return value


@lru_cache(maxsize=1000)
def _is_secret(key: object) -> bool:
    letters = "".join(letter for letter in str(key).lower() if letter.isalnum())
    return any(word in letters for word in SECRET_WORDS)


def _frames() -> ExceptionRenderer:
    """Tracebacks without the values of variables, which may be secrets."""
    return ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
