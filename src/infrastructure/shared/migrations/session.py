"""What a connection that migrates asks of its database, and how long it waits for others there."""

from sqlalchemy import Connection, text

SECONDS_FOR_A_LOCK = 3
"""Whoever waits to change a table makes all wait who come after: so it gives up soon, and tries
again after those had their turn. Statements themselves may take as long as they must.
"""
BOUNDS = {
    "postgresql": (
        f"SET lock_timeout = '{SECONDS_FOR_A_LOCK}s'",
        "SET statement_timeout = 0",
        "SET idle_in_transaction_session_timeout = 0",
    ),
    "mysql": (
        f"SET SESSION lock_wait_timeout = {SECONDS_FOR_A_LOCK}",
        f"SET SESSION innodb_lock_wait_timeout = {SECONDS_FOR_A_LOCK}",
    ),
    "mariadb": ("SET SESSION max_statement_time = 0",),
}
TEXT_IS_KEPT_AS = {
    "postgresql": "SELECT pg_encoding_to_char(encoding) FROM pg_database"
    " WHERE datname = current_database()",
    "mysql": "SELECT @@character_set_database",
}
MENDING = {
    "postgresql": "create it anew with ENCODING 'UTF8' TEMPLATE template0",
    "mysql": "ALTER DATABASE ... CHARACTER SET utf8mb4, before there are tables in it",
}
EVERY_CHARACTER = {"postgresql": "UTF8", "mysql": "utf8mb4"}


def bound_waits(connection: Connection) -> None:
    kind = _kind(connection)
    is_mariadb = getattr(connection.dialect, "is_mariadb", False)
    for bound in (*BOUNDS.get(kind, ()), *(BOUNDS["mariadb"] if is_mariadb else ())):
        connection.execute(text(bound))


def unfit_because(connection: Connection) -> str | None:
    """Why a database cannot keep every character, and what to do; nothing where it can."""
    kind = _kind(connection)
    if kind not in TEXT_IS_KEPT_AS:
        return None
    found, needed = connection.scalar(text(TEXT_IS_KEPT_AS[kind])), EVERY_CHARACTER[kind]
    return None if found == needed else f"keeps text as {found}, not as {needed}: {MENDING[kind]}"


def _kind(connection: Connection) -> str:
    name = connection.dialect.name
    return "mysql" if name == "mariadb" else name
