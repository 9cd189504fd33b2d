"""Orders that were placed before a release are found by what it lists by."""

from pathlib import Path
from sqlite3 import connect

from alembic import command

from infrastructure.shared.migrations import run
from tests.engines import sqlite_in

ORDER = """
INSERT INTO ordering_orders VALUES
    (:id, :id, :id, 'platform:a', 'USD', 1, 'Jane@Example.com', '2026-04-08', :cancelled, '{}', 1, 1)
"""
LINE = """
INSERT INTO ordering_order_lines VALUES
    (:id, :number, 'line', 'tea', 'Tea', NULL, NULL, 1, 2, :units, :sent, 1, 0, 1)
"""


async def test_orders_of_the_first_release_have_a_status(tmp_path: Path) -> None:
    url = sqlite_in(tmp_path)
    await run(url, "ordering", command.upgrade, "0001")
    lines = {
        b"open": [(2, 0), (2, 0)],
        b"partially_shipped": [(2, 2), (2, 1)],
        b"shipped": [(2, 2), (2, 2)],
        b"cancelled": [(0, 0)],
    }
    with connect(tmp_path / "shop.db") as old:
        for name, units in lines.items():
            old.execute(ORDER, {"id": name, "cancelled": name == b"cancelled"})
            for number, (left, sent) in enumerate(units):
                told = {"id": name, "number": number, "units": left, "sent": sent}
                old.execute(LINE, told)
    old.close()

    await run(url, "ordering", command.upgrade, "head")

    with connect(tmp_path / "shop.db") as new:
        found = new.execute("SELECT order_id, status, email FROM ordering_orders").fetchall()
    new.close()
    assert {(name.decode(), email) for name, _, email in found} == {
        (status, "jane@example.com") for _, status, _ in found
    }
    assert len(found) == len(lines)
