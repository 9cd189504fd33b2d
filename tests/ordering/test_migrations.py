"""Orders that were placed before a release are found by what it lists by."""

from contextlib import closing
from pathlib import Path
from sqlite3 import connect

from alembic import command
from sqlalchemy import func, select

from domain.shared.ids import uuid7
from infrastructure.ordering.tables import orders
from infrastructure.shared.migrations.line import steps
from infrastructure.shared.migrations.tables import migrate, run
from tests.engines import asked, sqlite_in
from tests.migrations.kept import Kept
from tests.ordering.builders import NOW

ORDER = """
INSERT INTO ordering_orders VALUES
    (:id, :id, :id, 'platform:a', 'USD', 1, 'Jane@Example.com', '2026-04-08', :cancelled, :history, 1, 1)
"""
TO_US = '{"expectations": [{"destination": {"address_country": "US"}}]}'
UNSAID = select(func.count()).where(orders.c.country.is_(None))
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
    with closing(connect(tmp_path / "shop.db")) as old, old:
        for name, units in lines.items():
            is_cancelled = name == b"cancelled"
            old.execute(
                ORDER, {"id": name[:16].ljust(16), "cancelled": is_cancelled, "history": TO_US}
            )
            for number, (left, sent) in enumerate(units):
                told = {"id": name[:16].ljust(16), "number": number, "units": left, "sent": sent}
                old.execute(LINE, told)
    old.close()

    await migrate(Kept(url, ("ordering",)), contract=True)

    with closing(connect(tmp_path / "shop.db")) as new:
        found = new.execute(
            "SELECT order_id, status, email, country FROM ordering_orders"
        ).fetchall()
    new.close()
    assert {(name.decode().strip(), email, country) for name, _, email, country in found} == {
        (status[:16], "jane@example.com", "US") for _, status, *_ in found
    }
    assert len(found) == len(lines)


async def test_countries_are_moved_some_at_a_time_and_gone_on_with(database_url: str) -> None:
    await run(database_url, "ordering", command.upgrade, "0008")
    old = [an_old_order() for _ in range(1001)]
    (move,) = [step.move for step in steps("ordering") if step.revision == "0009"]
    assert move
    with asked(database_url).begin() as connection:
        connection.execute(orders.insert(), old)
    with asked(database_url).begin() as connection:
        last = move(connection, None)
        left = connection.scalar(UNSAID)

    await migrate(Kept(database_url, ("ordering",)))

    with asked(database_url).connect() as connection:
        assert (left, connection.scalar(UNSAID)) == (501, 0)
        assert str(last) == sorted(str(order["order_id"]) for order in old)[499]


def an_old_order() -> dict[str, object]:
    return {
        "order_id": uuid7(NOW),
        "checkout_id": uuid7(NOW),
        "attempt_id": uuid7(NOW),
        "client": "platform:a",
        "currency": "USD",
        "total": 1,
        "placed_at": NOW,
        "is_cancelled": False,
        "history": TO_US,
        "version": 1,
        "events_recorded": 1,
    }
