"""What could not be worked through is found, and decided on, from a terminal."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from app.context_map import CONSUMERS
from tests.cli.conftest import Run
from tests.processes import INTERNAL_KEY

EVENT = UUID("0198c1de-0000-7000-8000-000000000001")
CONSUMER = "inventory.allocate_stock"
NOBODY = "http://127.0.0.1:9"
ROW = """
    INSERT INTO inventory_inbox VALUES (?, ?, 'ordering.order_placed.v1', 'order', 1,
    '2026-01-01 00:00:00.000000', 'system', '', 'dead', 10, NULL, 'OutOfStep(...)', '{}')
"""


@pytest.fixture
def database(run: Run, tmp_path: Path) -> Path:
    assert run("migrate").returncode == 0
    database = tmp_path / "var" / "freestone.db"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(ROW, (EVENT.bytes, CONSUMER))
    return database


def state(database: Path) -> str:
    with closing(sqlite3.connect(database)) as connection:
        return str(connection.execute("SELECT state FROM inventory_inbox").fetchone()[0])


def test_none_is_said_to_be_there_where_none_is(run: Run) -> None:
    run("migrate")

    told, as_json = run("dead-letters", "list"), run("dead-letters", "list", "--json")

    assert (told.returncode, told.stdout) == (0, "there are no dead letters\n")
    assert json.loads(as_json.stdout) == []


@pytest.mark.usefixtures("database")
def test_a_dead_letter_is_shown_with_why(run: Run) -> None:
    told, as_json = run("dead-letters", "list"), run("dead-letters", "list", "--json")

    assert all(part in told.stdout for part in (str(EVENT), CONSUMER, "OutOfStep(...)"))
    assert json.loads(as_json.stdout)[0]["event_id"] == str(EVENT)


@pytest.mark.usefixtures("database")
def test_contexts_that_cannot_be_asked_are_named_and_hide_no_others(run: Run) -> None:
    apart = {"contexts": "inventory", "internal_keys": INTERNAL_KEY} | dict.fromkeys(
        (f"{one}_url" for one in CONSUMERS if one not in ("inventory", "notifications")), NOBODY
    )

    told = run("dead-letters", "list", "--json", **apart)

    assert told.returncode == 1
    assert [letter["event_id"] for letter in json.loads(told.stdout)] == [str(EVENT)]
    assert all(
        f"{one} does not answer at {NOBODY}" in told.stderr for one in ("payments", "ordering")
    )
    assert "FREESTONE_NOTIFICATIONS_URL: notifications is neither hosted here" in told.stderr


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("how", "then", "other"), [("redrive", "pending", "skip"), ("skip", "skipped", "redrive")]
)
def test_a_dead_letter_is_tried_again_or_given_up(
    run: Run, database: Path, how: str, then: str, other: str
) -> None:
    told = run("dead-letters", how, str(EVENT), CONSUMER)
    again = run("dead-letters", how, str(EVENT), CONSUMER, "--json")
    otherwise = run("dead-letters", other, str(EVENT), CONSUMER)
    unknown = run("dead-letters", how, str(UUID(int=1)), CONSUMER)
    audit = [json.loads(line) for line in run("audit", "--actor", "cli").stdout.splitlines()]

    assert (told.returncode, state(database)) == (0, then), told.stderr
    assert json.loads(again.stdout)["state"] == then
    assert (otherwise.returncode, otherwise.stdout) == (2, "")
    assert otherwise.stderr == f"{EVENT} is {then} for {CONSUMER}\n"
    assert unknown.stderr == f"{UUID(int=1)} is no dead letter of {CONSUMER}\n"
    ended = [one for one in audit if one["outcome"] == "done"]
    assert [(one["deed"], one["subject"]) for one in ended] == [
        (f"{how}_dead_letter", f"/v1/dead-letters/evt_{EVENT.hex}.{CONSUMER}/{how}")
    ] * 2


@pytest.mark.parametrize(
    ("event", "consumer", "why"),
    [
        ("x", CONSUMER, "EVENT: "),
        (str(EVENT), "shelves.count", "CONSUMER: "),
        (str(EVENT), "pricing.anything", "CONSUMER: pricing listens to nothing"),
    ],
)
def test_what_names_nothing_is_told(
    run: Run, database: Path, event: str, consumer: str, why: str
) -> None:
    told = run("dead-letters", "skip", event, consumer)

    assert told.returncode == 2
    assert told.stderr.startswith(why)
    assert state(database) == "dead"
