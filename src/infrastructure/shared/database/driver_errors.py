"""What drivers say of an error, without the values of rows: errors are logged, rows are about people.

PostgreSQL and MariaDB name the value of a duplicate, and what could not be converted.
"""

import re
from typing import Any

from sqlalchemy import ExceptionContext
from sqlalchemy.event import listen
from sqlalchemy.ext.asyncio import AsyncEngine

ABOUT_NAMES = {1044, 1045, 1049, 1050, 1051, 1054, 1060, 1061, 1091, 1146, 1698, 2003}
"""Errors of MariaDB that quote names of hosts, users, databases, tables, columns and indexes, and no values."""
QUOTED = re.compile("'.*'", re.DOTALL)


def hush(engine: AsyncEngine) -> None:
    """Errors of this engine tell no values, wherever they end up."""
    listen(engine.sync_engine, "handle_error", _hushed)


def _hushed(failure: ExceptionContext) -> None:
    told: Any = failure.original_exception
    before = str(told)
    match failure.dialect.name, told.args:
        case "postgresql", (str(text), *_):
            told.args = (without_values(text, getattr(told, "sqlstate", None) or ""),)
        case "mysql" | "mariadb", (int(code), str(text)):
            told.args = (code, without_quoted(code, text))
    wrapped = failure.sqlalchemy_exception
    if wrapped and before:
        wrapped.args = (str(wrapped.args[0]).replace(before, str(told)),)


def without_values(text: str, sqlstate: str) -> str:
    """PostgreSQL's: details are about rows; what could not be converted is quoted (class 22)."""
    first_line = text.partition("\n")[0]
    return first_line.partition('"')[0].rstrip() if sqlstate.startswith("22") else first_line


def without_quoted(code: int, text: str) -> str:
    """MariaDB's: the value is quoted, unescaped; the name of the key follows it."""
    if code in ABOUT_NAMES:
        return text
    value, key, name = text.rpartition(" for key ")
    return QUOTED.sub("'...'", value) + key + name if key else QUOTED.sub("'...'", text)
