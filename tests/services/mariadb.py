"""MariaDB, as this machine's programs serve it."""

from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals

import pymysql
from sqlalchemy import make_url

from tests.services.programs import done, program

NAME = "mariadb"
PROGRAM = "mariadbd"
PACKAGE = "mariadb-server"
OWNER = "mysql"
STOPS_ON: Signals = SIGTERM
STOPS_AT_ONCE_ON: Signals = SIGKILL  # it has no kinder way to be quick
STANDARD_URL = "mariadb+asyncmy://root@127.0.0.1:3306/"
PORT = 13306
SECONDS_TO_GREET = 2
DURABLE = {"innodb_flush_log_at_trx_commit": "1"}
RELAXED = {"innodb_flush_log_at_trx_commit": "2"}
"""What was committed survives the end of the server, at whatever line, and not of the machine."""


def make(data: Path, owner: str | None) -> None:
    install = program("mariadb-install-db", PACKAGE)
    temporary = data.parent / "tmp"
    how = ("--auth-root-authentication-method=normal", "--skip-test-db", f"--tmpdir={temporary}")
    done([install, "--no-defaults", f"--datadir={data}", *how], owner, data.parent)


def command(data: Path, port: int, settings: dict[str, str]) -> list[str]:
    told = {
        "datadir": str(data),
        "tmpdir": str(data.parent / "tmp"),
        "socket": "socket",  # in the data folder, whose path may be longer than a socket's name
        "pid-file": str(data / "pid"),
        "bind-address": "127.0.0.1",
        "port": str(port),
        "character-set-server": "utf8mb4",
        "max-connections": "300",
        **settings,
    }
    return [program(PROGRAM, PACKAGE), "--no-defaults", *(f"--{n}={v}" for n, v in told.items())]


def url(port: int) -> str:
    return f"mariadb+asyncmy://root@127.0.0.1:{port}/"


def version(url: str) -> str:
    """What answers there, in words. Raises `pymysql.Error`."""
    at = make_url(url)
    with (
        pymysql.connect(
            host=at.host,
            port=at.port or 3306,
            user=at.username,
            password=at.password or "",
            connect_timeout=SECONDS_TO_GREET,
            read_timeout=SECONDS_TO_GREET,  # somebody else may listen there, and say nothing
        ) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT version()")
        ((told,),) = cursor.fetchall()
    number = told.removeprefix("5.5.5-").partition("-")[0]
    return f"MariaDB {number}" if "MariaDB" in told else f"MySQL {number}"
