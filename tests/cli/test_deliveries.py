"""What was not told is found, and decided on, from a terminal; and keys are rotated there."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

from tests.cli.conftest import Run

WEBHOOK = UUID("0198c1de-0000-7000-8000-000000000001")
ROW = """
    INSERT INTO notifications_deliveries (delivery_id, kind, order_id, sequence, occasion, client,
    target, title, body, happened_at, give_up_at, state, attempts, error)
    VALUES (?, 'webhook', ?, 1, 'placed', 'platform:a', 'https://agent.example/hooks', '', '{}',
    '2026-01-01 00:00:00.000000', '2026-01-04 00:00:00.000000', 'dead', 97, 'it answered 500')
"""


def test_a_dead_delivery_is_listed_and_given_up_or_sent_again(run: Run, tmp_path: Path) -> None:
    run("migrate")
    with closing(sqlite3.connect(tmp_path / "var" / "freestone.db")) as connection, connection:
        connection.execute(ROW, (WEBHOOK.bytes, WEBHOOK.bytes))
    name = f"dlv_{WEBHOOK.hex}"

    (listed,) = json.loads(run("deliveries", "list", "--json").stdout)
    skipped = run("deliveries", "skip", name, "--json")
    redriven = run("deliveries", "redrive", name, "--json")
    unknown = run("deliveries", "redrive", f"dlv_{'0' * 32}")

    assert (listed["delivery_id"], listed["error"]) == (name, "it answered 500")
    assert json.loads(skipped.stdout) == {"delivery_id": name, "state": "skipped"}
    assert json.loads(redriven.stdout) == {"delivery_id": name, "state": "pending"}
    assert (unknown.returncode, unknown.stderr.startswith("DELIVERY")) == (2, True)


def test_keys_of_both_kinds_are_shown_and_rotated(run: Run) -> None:
    both = json.loads(run("keys", "rotate", "--json").stdout)
    (one,) = json.loads(run("keys", "rotate", "--ring", "messages", "--json").stdout)
    shown = json.loads(run("keys", "show", "--json").stdout)

    assert [key["ring"] for key in both] == ["tokens", "messages"]
    assert [key["ring"] for key in shown] == ["tokens"] * 2 + ["messages"] * 3
    assert one["kid"] in {key["kid"] for key in shown if key["ring"] == "messages"}
    assert {key["state"] for key in shown} == {"signs", "verifies"}
