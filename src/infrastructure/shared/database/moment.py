"""The database's own clock: one clock for all who share it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from infrastructure.shared.database.columns import Instant

LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)


class from_now(FunctionElement[datetime]):  # noqa: N801  # it reads as a function of SQL
    """The instant that is so many seconds after the statement."""

    type = Instant()
    inherit_cache = True


@compiles(from_now)
@compiles(from_now, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **told: Any) -> str:
    return f"clock_timestamp() + make_interval(secs => {compiler.process(element.clauses, **told)})"


@compiles(from_now, "mysql")
@compiles(from_now, "mariadb")
def _on_mysql(element: Any, compiler: Any, **told: Any) -> str:
    return f"UTC_TIMESTAMP(6) + INTERVAL {compiler.process(element.clauses, **told)} SECOND"


@compiles(from_now, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **told: Any) -> str:
    seconds = compiler.process(element.clauses, **told)
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', {seconds} || ' seconds')"
