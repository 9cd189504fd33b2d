"""The frozen yardsticks, run and held against what they say they did."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from psycopg import connect
from psycopg.types.json import Jsonb
from tests.journeys.shopper import HOME
from tests.processes import Process

from bench.postgres import Database, a_database
from bench.stock import CODE, PRODUCTS, STOCK, sku_of

FOLDER = Path(__file__).parent / "yardsticks"
NAMES = ("one_transaction", "five_commits")
KEY = "a key of a platform that completes checkouts"
PRICE, SHIPPING, PERCENT = 1500, 500, 10
TOTAL = PRICE - PRICE * PERCENT // 100 + SHIPPING
COUNTS = """
SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM order_lines),
    (SELECT count(*) FROM payments WHERE state = 'authorised'),
    (SELECT count(*) FROM outbox), (SELECT count(*) FROM claims WHERE body IS NOT NULL),
    (SELECT count(*) FROM checkouts WHERE status = 'completed'),
    (SELECT count(*) FROM reservations WHERE state = 'held'), (SELECT sum(held) FROM items)
"""


@dataclass
class Yardstick:
    """One of the two, served, with a database of its own."""

    name: str
    process: Process
    database: Database
    answered: int = 0

    @property
    def url(self) -> str:
        return self.process.url

    def checkouts(self, number: int) -> list[str]:
        """So many checkouts that can be completed, put there at once."""
        ids = [uuid4() for _ in range(number)]
        with connect(self.database.conninfo) as connection, connection.cursor() as cursor:
            with cursor.copy(CHECKOUTS) as rows:
                for checkout_id in ids:
                    rows.write_row((checkout_id, *ONE))
            with cursor.copy("COPY checkout_lines FROM STDIN") as rows:
                for turn, checkout_id in enumerate(ids):
                    rows.write_row((checkout_id, 1, sku_of(turn), 1))
        with connect(self.database.conninfo, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        return [str(checkout_id) for checkout_id in ids]

    def mistakes(self) -> list[str]:
        """What there is not as often as it was answered."""
        (counts,) = self.database.ask(COUNTS)
        told = "orders, lines, payments, events, replies, checkouts, reservations, units held"
        found = dict(zip(told.split(", "), counts, strict=True))
        return [
            f"{self.name}: {number} {what}, and {self.answered} orders were answered"
            for what, number in found.items()
            if number != self.answered
        ]


CHECKOUTS = """
COPY checkouts (checkout_id, client, status, expires_at, codes, rate_id, email, address, currency,
    total) FROM STDIN
"""
ONE = (
    "platform:bench",
    "ready_for_complete",
    "2999-01-01T00:00:00Z",
    [CODE],
    "std-ship",
    "jane@example.com",
    Jsonb(HOME),
    "USD",
    TOTAL,
)


@contextmanager
def yardstick(name: str, log: Path) -> Iterator[Yardstick]:
    """Raises `NotInstalled` and `Failed`."""
    with a_database() as database:
        _stock(database)
        process = Process({}, log, is_begun_anew=True)
        served = ("bench.yardsticks", name, str(process.port), database.conninfo)
        process.command = served
        try:
            process.start()
            yield Yardstick(name, process, database)
        finally:
            process.kill()


def _stock(database: Database) -> None:
    with connect(database.conninfo) as connection, connection.cursor() as cursor:
        cursor.execute((FOLDER / "schema.sql").read_bytes())
        key = sha256(KEY.encode()).hexdigest()
        cursor.execute("INSERT INTO platforms VALUES (%s, 'bench')", (key,))
        cursor.execute("INSERT INTO discounts VALUES (%s, %s, '10%% Off')", (CODE, PERCENT))
        rate = "INSERT INTO shipping_rates VALUES ('std-ship', 'default', %s, 'Standard Shipping')"
        cursor.execute(rate, (SHIPPING,))
        _copy(cursor, "products", [(sku_of(n), f"Pot {n}", PRICE, "USD") for n in range(PRODUCTS)])
        _copy(cursor, "items", [(sku_of(n), STOCK, 0) for n in range(PRODUCTS)])


def _copy(cursor: object, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as copied:  # type: ignore[attr-defined]
        for row in rows:
            copied.write_row(row)
