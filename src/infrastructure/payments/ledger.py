"""The books of the test payment provider: not ours, but a partner's, in a file of its own.

For trying out and for tests, never for production: no money moves.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection, Row, connect
from threading import Lock
from uuid import UUID

from domain.payments.operation import Verdict
from domain.payments.payment import Authorisation, Payment, PaymentState
from domain.payments.records import Record, RecordPage
from domain.shared.values import AttemptId, Money

TABLES = """
CREATE TABLE IF NOT EXISTS entries (
    key TEXT PRIMARY KEY, state TEXT NOT NULL, minor_units INTEGER NOT NULL,
    currency TEXT NOT NULL, reason TEXT
);
CREATE TABLE IF NOT EXISTS movements (
    entry TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, minor_units INTEGER NOT NULL,
    PRIMARY KEY (entry, kind, key)
);
"""
WITH_SUMS = """
SELECT key, state, minor_units, currency, reason,
    (SELECT coalesce(sum(minor_units), 0) FROM movements
        WHERE entry = entries.key AND kind = 'capture') AS captured,
    (SELECT coalesce(sum(minor_units), 0) FROM movements
        WHERE entry = entries.key AND kind = 'refund') AS refunded
FROM entries
"""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One authorisation, by the key that its asker gave it."""

    key: str
    state: str
    minor_units: int
    currency: str
    reason: str | None
    captured: int
    refunded: int


class Ledger:
    """Every call is one transaction, and durable when it returns. It blocks: call it in a thread."""

    def __init__(self, file: Path) -> None:
        self._file, self._lock = file, Lock()
        self._connection: Connection | None = None

    def authorise(
        self, key: str, minor_units: int, currency: str, declined_because: str | None = None
    ) -> Authorisation:
        """What was said to this key before is said again, whatever is asked."""
        state = PaymentState.DECLINED if declined_because else PaymentState.AUTHORISED
        with self._writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?)",
                (key, state, minor_units, currency, declined_because),
            )
            return _standing(_entry(connection, key))

    def look_up(self, key: str) -> Authorisation | None:
        with self._writing() as connection:
            entry = _find(connection, key)
        return _standing(entry) if entry else None

    def void(self, key: str) -> Verdict:
        """Where there is nothing, a tombstone is left."""
        with self._writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO entries VALUES (?, ?, 0, '', NULL)",
                (key, PaymentState.VOIDED),
            )
            if _entry(connection, key).captured:
                return Verdict("money has been captured")
            connection.execute(
                "UPDATE entries SET state = ? WHERE key = ? AND state = ?",
                (PaymentState.VOIDED, key, PaymentState.AUTHORISED),
            )
            return Verdict()

    def capture(self, key: str, capture_key: str, minor_units: int) -> Verdict:
        with self._writing() as connection:
            entry = _find(connection, key)
            left = entry.minor_units - entry.captured if entry and _is_live(entry) else 0
            return _move(connection, (key, "capture", capture_key), minor_units, left)

    def refund(self, key: str, refund_key: str, minor_units: int) -> Verdict:
        with self._writing() as connection:
            entry = _find(connection, key)
            left = entry.captured - entry.refunded if entry else 0
            return _move(connection, (key, "refund", refund_key), minor_units, left)

    def look_up_refund(self, key: str, refund_key: str) -> Verdict | None:
        known = "SELECT 1 FROM movements WHERE entry = ? AND kind = 'refund' AND key = ?"
        with self._writing() as connection:
            row = connection.execute(known, (key, refund_key)).fetchone()
        return Verdict() if row else None

    def take_over(self, payments: Sequence[Payment]) -> None:
        """Enter what became of many payments elsewhere; again changes nothing."""
        entries = [
            (
                str(one.attempt_id),
                one.state,
                one.amount.minor_units,
                one.amount.currency,
                one.reason,
            )
            for one in payments
            if one.amount
        ]
        moved = [
            (str(one.attempt_id), done.kind, done.key, done.moved)
            for one in payments
            for done in one.operations
        ]
        with self._writing() as connection:
            connection.executemany("INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?)", entries)
            connection.executemany("INSERT OR IGNORE INTO movements VALUES (?, ?, ?, ?)", moved)

    def records(self, since: str, after: str, most: int) -> RecordPage:
        """By key, which begins with the time for whoever makes it so."""
        page = f"{WITH_SUMS} WHERE key > ? AND key >= ? ORDER BY key LIMIT ?"
        with self._writing() as connection:
            found = [Entry(**row) for row in connection.execute(page, (after, since, most + 1))]
        shown = found[:most]
        return RecordPage(
            records=tuple(_record(entry) for entry in shown if _is_attempt(entry.key)),
            next=shown[-1].key if len(found) > most else None,
        )

    def entries(self) -> list[Entry]:
        with self._writing() as connection:
            return [Entry(**row) for row in connection.execute(f"{WITH_SUMS} ORDER BY key")]

    def close(self) -> None:
        with self._lock:
            if self._connection:
                self._connection.close()
            self._connection = None

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._lock:
            connection = self._connection = self._connection or _opened(self._file)
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


def _opened(file: Path) -> Connection:
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = connect(file, timeout=10, isolation_level=None, check_same_thread=False)
    connection.row_factory = Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.executescript(TABLES)
    return connection


def _find(connection: Connection, key: str) -> Entry | None:
    row = connection.execute(f"{WITH_SUMS} WHERE key = ?", (key,)).fetchone()
    return Entry(**row) if row else None


def _entry(connection: Connection, key: str) -> Entry:
    if entry := _find(connection, key):
        return entry
    raise LookupError(key)


def _standing(entry: Entry) -> Authorisation:
    return Authorisation(PaymentState(entry.state), entry.reason)


def _is_attempt(key: str) -> bool:
    try:
        return str(UUID(key)) == key
    except ValueError:
        return False


def _record(entry: Entry) -> Record:
    return Record(
        attempt_id=AttemptId(UUID(entry.key)),
        reference=entry.key,
        state=PaymentState(entry.state),
        amount=Money(entry.minor_units, entry.currency) if entry.currency else None,
        captured=entry.captured,
        refunded=entry.refunded,
    )


def _is_live(entry: Entry) -> bool:
    return entry.state == PaymentState.AUTHORISED


def _move(connection: Connection, name: tuple[str, str, str], units: int, left: int) -> Verdict:
    known = "SELECT 1 FROM movements WHERE entry = ? AND kind = ? AND key = ?"
    if connection.execute(known, name).fetchone():
        return Verdict()
    if not 0 < units <= left:
        return Verdict(f"there is not so much to {name[1]}")
    connection.execute("INSERT INTO movements VALUES (?, ?, ?, ?)", (*name, units))
    return Verdict()
