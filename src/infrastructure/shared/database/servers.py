"""Database servers: how many lines there are to one, and how long anything on a line may take.

The bounds are set on each line as it is opened. A statement, a wait for a lock and a transaction
that does nothing are all ended by the server itself, so that a process that hangs holds up nobody.
"""

import socket
from asyncio import Transport
from typing import Any

from psycopg import OperationalError as LineError
from sqlalchemy import URL, make_url
from sqlalchemy.event import listen
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoLineFree
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

LINES = 10
"""Kept open by a process to one database: 2 cores of a server are busy with fewer."""
MORE_LINES = 10
"""Opened when many come at once, and closed afterwards."""
SECONDS_FOR_A_LINE = 2.0
SECONDS_TO_CONNECT = 3
SECONDS_FOR_A_STATEMENT = 5
SECONDS_FOR_A_LOCK = 2
SECONDS_TO_IDLE = 10
"""How long a transaction may do nothing: it holds locks."""
KEEPALIVES = {"idle": 5, "intvl": 2, "cnt": 3}
"""A line that is silent so many seconds is asked, so often, whether the other end is still there: a
host that is gone says nothing, and who waits for its answer may have no deadline.
"""
LINE_AGE_SECONDS = 1800
"""A line is opened anew now and then, so that load goes where a server has come back."""
GIVEN_UP = {
    "55P03",  # PostgreSQL: waited too long for a lock
    "57014",  # PostgreSQL: a statement ran too long
    "25P03",  # PostgreSQL: a transaction did nothing for too long
    1969,  # MariaDB: a statement ran too long
    3024,  # MySQL: a statement ran too long
    3572,  # MySQL: a lock was not free
}
"""What a server answers that ends what takes too long: nothing was written."""
AWAY = {
    "53300",  # PostgreSQL: too many lines
    "57P01",  # PostgreSQL: is being shut down
    "57P02",  # PostgreSQL: crashed
    "57P03",  # PostgreSQL: is not up yet
    1040,  # MySQL: too many lines
    1053,  # MySQL: is being shut down
    1152,  # MySQL: aborted the line
    1184,  # MySQL: aborted the line, for a new one
    1927,  # MariaDB: the line was killed
    2003,  # MySQL: nobody answers
    2006,  # MySQL: has gone away
    2013,  # MySQL: lost in the middle
    2014,  # MySQL: lost in the middle, and out of step
    2055,  # MySQL: lost in the middle
    4031,  # MySQL: closed a line that did nothing
}


def server_engine(url: str) -> AsyncEngine:
    """An engine on PostgreSQL, MariaDB or MySQL."""
    address = make_url(url)
    is_postgresql = address.get_backend_name() == "postgresql"
    engine = create_async_engine(
        address,
        isolation_level="READ COMMITTED",
        pool_size=LINES,
        max_overflow=MORE_LINES,
        pool_timeout=SECONDS_FOR_A_LINE,
        pool_recycle=LINE_AGE_SECONDS,
        pool_reset_on_return=None,  # a transaction ends in a commit or a rollback, always
        hide_parameters=True,  # errors are logged, and rows are about people
        connect_args=_postgresql(address) if is_postgresql else _mysql(),
    )
    if not is_postgresql:
        listen(engine.sync_engine, "connect", _bound_mysql)
    return engine


def is_away(failure: BaseException) -> bool:
    """Whether a server could not be asked, or was lost while it was asked."""
    if isinstance(failure, NoLineFree):
        return True
    if not isinstance(failure, DBAPIError):
        return False
    driver = failure.driver_exception
    if code_of(failure) in AWAY or failure.connection_invalidated or isinstance(driver, OSError):
        return True
    return isinstance(driver, LineError) and not driver.sqlstate  # libpq's own words, no server's


def code_of(failure: DBAPIError) -> object:
    """What the engine calls it: an SQLSTATE of PostgreSQL, a number of MySQL, words of SQLite."""
    driver = failure.driver_exception
    first: object = next(iter(getattr(driver, "args", ())), None)
    return first if isinstance(first, int) else getattr(driver, "sqlstate", None) or first


def _postgresql(address: URL) -> dict[str, Any]:
    bounds = {
        "statement_timeout": SECONDS_FOR_A_STATEMENT * 1000,
        "lock_timeout": SECONDS_FOR_A_LOCK * 1000,
        "idle_in_transaction_session_timeout": SECONDS_TO_IDLE * 1000,
        "plan_cache_mode": "force_generic_plan",  # planned once for a line, not for each order
    }
    asked = address.query.get("options", "")
    told = [f"-c {name}={value}" for name, value in bounds.items()]
    return {
        "options": " ".join([*told, *((asked,) if isinstance(asked, str) else asked)]),
        "connect_timeout": SECONDS_TO_CONNECT,
        "application_name": "freestone",
        "tcp_user_timeout": SECONDS_FOR_A_STATEMENT * 1000,  # of a line that has fallen silent
        "keepalives_idle": KEEPALIVES["idle"],
        "keepalives_interval": KEEPALIVES["intvl"],
        "keepalives_count": KEEPALIVES["cnt"],
    }


def _mysql() -> dict[str, Any]:
    return {"connect_timeout": SECONDS_TO_CONNECT}


def _bound_mysql(connection: Any, _record: object) -> None:
    _keep_alive(connection.driver_connection._transport)  # asyncmy has no setting for it
    cursor = connection.cursor()
    cursor.execute("SELECT VERSION()")
    is_mariadb = "mariadb" in str(cursor.fetchone()[0]).lower()
    bounds = (
        f"max_statement_time = {SECONDS_FOR_A_STATEMENT}, "
        f"idle_transaction_timeout = {SECONDS_TO_IDLE}"
        if is_mariadb
        else f"max_execution_time = {SECONDS_FOR_A_STATEMENT * 1000}"  # of what only reads
    )
    cursor.execute(
        f"SET SESSION innodb_lock_wait_timeout = {SECONDS_FOR_A_LOCK}, {bounds}, "
        "time_zone = '+00:00', sql_mode = 'TRADITIONAL,ONLY_FULL_GROUP_BY'"  # what does not fit is refused
    )
    cursor.close()


def _keep_alive(transport: Transport) -> None:
    line: socket.socket = transport.get_extra_info("socket")
    for name, value in KEEPALIVES.items():
        option = getattr(socket, f"TCP_KEEP{name}".upper(), None)  # not every system has all three
        if option and line.family != socket.AF_UNIX:
            line.setsockopt(socket.IPPROTO_TCP, option, value)
