"""Events that wait for too long are found, and given up, from a terminal."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from tests.cli.conftest import Run

FIRST, SECOND = (UUID(int=0x0198C1DE_0000_7000_8000_000000000000 + number) for number in (1, 2))
ROW = """
    INSERT INTO inventory_outbox (id, name, aggregate_id, sequence, occurred_at, actor, traceparent,
    body) VALUES (?, 'inventory.stock_reserved.v1', 'some', ?, '2026-01-01 00:00:00.000000', '', '', '{}')
"""


def test_what_waits_is_told_with_what_it_waits_behind_and_given_up(
    run: Run, tmp_path: Path
) -> None:
    run("migrate")
    with closing(sqlite3.connect(tmp_path / "var" / "freestone.db")) as connection, connection:
        rows = [(event.bytes, number) for number, event in enumerate((FIRST, SECOND), 1)]
        connection.executemany(ROW, rows)

    found = json.loads(run("events", "waiting", "--json").stdout)
    skipped = run("events", "skip", str(FIRST), "--json")
    again = run("events", "skip", str(FIRST))
    left = run("events", "waiting").stdout
    audit = [json.loads(line) for line in run("audit", "--actor", "cli").stdout.splitlines()]

    assert [(one["event_id"], one["behind"], one["size"]) for one in found] == [
        (str(FIRST), None, 2),
        (str(SECOND), str(FIRST), 2),
    ]
    assert all(one["seconds"] > 86_400 for one in found)
    assert json.loads(skipped.stdout) == {"event_id": str(FIRST), "state": "skipped"}
    assert (again.returncode, again.stderr.startswith("EVENT: ")) == (2, True)
    assert (str(FIRST) in left, str(SECOND) in left) == (False, True)
    assert {(one["deed"], one["subject"]) for one in audit} == {("skip_event", str(FIRST))}
    assert [one["outcome"] for one in audit] == ["asked", "done", "asked", "refused"]


def test_what_happened_too_long_ago_to_be_sent_again_is_left_out_and_told(
    run: Run, tmp_path: Path
) -> None:
    run("migrate")
    with closing(sqlite3.connect(tmp_path / "var" / "freestone.db")) as connection, connection:
        rows = [(event.bytes, number) for number, event in enumerate((FIRST, SECOND), 1)]
        connection.executemany(ROW, rows)
        now = datetime.now(UTC)
        sent = "UPDATE inventory_outbox SET sent_at = ?, occurred_at = ? WHERE id = ?"
        connection.execute(sent, (_kept(now), _kept(now - timedelta(days=29)), FIRST.bytes))
        connection.execute(sent, (_kept(now), _kept(now - timedelta(days=28)), SECOND.bytes))

    since = f"{now - timedelta(days=1):%Y-%m-%d}"
    shown = run("events", "republish", "--since", since).stdout
    told = json.loads(run("events", "republish", "--since", since, "--json").stdout)["inventory"]
    waiting = json.loads(run("events", "waiting", "--json").stdout)

    again, left_out = shown.split("left out")
    assert "1  inventory" in again
    assert "1  inventory" in left_out
    assert (told["events"], told["left_out"]) == (0, 1)  # it waits since the first time
    assert datetime.fromisoformat(told["happened_before"]) >= now - timedelta(days=29)
    assert [one["event_id"] for one in waiting] == [str(SECOND)]


def _kept(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"
