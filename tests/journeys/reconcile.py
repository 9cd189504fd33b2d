"""The books of a shop, held against one another: stock, orders, payments, the provider's ledger."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import connect
from typing import Any

ORDERS = "SELECT hex(attempt_id), total FROM ordering_orders"
PAYMENTS = "SELECT hex(attempt_id), minor_units FROM payments_payments WHERE state = 'authorised'"
ENTRIES = "SELECT upper(replace(key, '-', '')), minor_units FROM entries WHERE state = 'authorised'"
RESERVATIONS = """
SELECT hex(attempt_id), state FROM inventory_reservations WHERE state IN ('held', 'allocated')
"""
PROMISED = """
SELECT sku, sum(units) FROM inventory_reservation_lines JOIN inventory_reservations
    USING (attempt_id) WHERE state = ? GROUP BY sku
"""
COUNTED = {
    "held": "SELECT sku, units_held FROM inventory_items WHERE units_held <> 0",
    "allocated": "SELECT sku, units_allocated FROM inventory_items WHERE units_allocated <> 0",
}
GIVEN_BACK = """
SELECT hex(attempt_id), -sum(adjustment.value ->> 'amount')
    FROM ordering_orders, json_each(history, '$.adjustments') AS adjustment
    WHERE adjustment.value ->> 'kind' = 'refund' AND adjustment.value ->> 'status' = 'completed'
    GROUP BY attempt_id
"""
FOR_RETURNS = """
SELECT hex(attempt_id), sum(refund.value ->> 'amount')
    FROM ordering_returns JOIN ordering_orders USING (order_id), json_each(refunds) AS refund
    WHERE refund.value ->> 'status' = 'completed' GROUP BY attempt_id
"""
REFUNDED = """
SELECT hex(attempt_id), sum(units) FROM payments_operations
    WHERE kind = 'refund' AND state = 'done' GROUP BY attempt_id
"""
FORGONE = """
SELECT hex(attempt_id), sum(forgone) FROM payments_operations
    WHERE kind = 'refund' AND state = 'done' AND forgone <> 0 GROUP BY attempt_id
"""
MOVED_BACK = """
SELECT upper(replace(entry, '-', '')), sum(minor_units) FROM movements WHERE kind = 'refund'
    GROUP BY entry
"""
CAME_BACK = """
SELECT hex(order_id), line.value ->> 'line_id',
        sum((line.value ->> 'restocked') + (line.value ->> 'written_off'))
    FROM ordering_returns, json_each(lines) AS line WHERE state <> 'cancelled' GROUP BY 1, 2
"""
MISSED = """
SELECT hex(order_id), line_id, units_ordered - units FROM ordering_order_lines
    JOIN ordering_orders USING (order_id) WHERE NOT is_cancelled
"""
ON_HAND = "SELECT sku, units_on_hand FROM inventory_items"
MOVED = "SELECT sku, sum(units) FROM inventory_movements GROUP BY sku"
UNDER_WAY = "SELECT count(*) FROM ordering_attempts WHERE state IN ('running', 'undoing')"
WAITING = """
SELECT count(*) FROM ordering_inbox WHERE state <> 'done'
    UNION ALL SELECT count(*) FROM ordering_outbox WHERE sent_at IS NULL
"""


@dataclass(frozen=True)
class Books:
    """Where each context's tables are, and where the provider's ledger is."""

    ordering: Path
    inventory: Path
    payments: Path
    provider: Path

    @classmethod
    def of(cls, folder: Path) -> "Books":
        shop = folder / "shop.db"
        return cls(shop, shop, shop, folder / "provider.db")


Row = tuple[Any, ...]


def rows(file: Path, query: str, *told: str) -> list[Row]:
    with closing(connect(file, timeout=10)) as connection:
        return list(connection.execute(query, told))


def pairs(file: Path, query: str, *told: str) -> dict[Any, Any]:
    """What two columns say, the second by the first."""
    return dict(rows(file, query, *told))


def number(file: Path, query: str) -> int:
    ((found,),) = rows(file, query)
    assert isinstance(found, int), found
    return found


def under_way(books: Books) -> int:
    """Attempts that have neither been completed nor undone."""
    return number(books.ordering, UNDER_WAY)


def mistakes(books: Books, *, orders: int | None = None) -> list[str]:
    """What does not agree, while nothing is under way.

    With `orders`, that there are so many of them too, and that all of their events have been worked
    through.
    """
    placed = pairs(books.ordering, ORDERS)
    return [
        *_money(placed, "payments", pairs(books.payments, PAYMENTS)),
        *_money(placed, "the provider", pairs(books.provider, ENTRIES)),
        *_stock(books, placed, is_settled=orders is not None),
        *([] if orders is None else _settled(books, placed, orders)),
    ]


def mistakes_of_returns(books: Books) -> list[str]:
    """What does not agree about goods and money that came back, while nothing is under way."""
    given, paid = pairs(books.ordering, GIVEN_BACK), pairs(books.payments, REFUNDED)
    moved, forgone = pairs(books.provider, MOVED_BACK), pairs(books.payments, FORGONE)
    for_returns = pairs(books.ordering, FOR_RETURNS)
    came = {row[:2]: row[2] for row in rows(books.ordering, CAME_BACK) if row[2]}
    missed = {row[:2]: row[2] for row in rows(books.ordering, MISSED) if row[2]}
    by_provider = {a: moved.get(a, 0) + forgone.get(a, 0) for a in moved.keys() | forgone.keys()}
    placed = pairs(books.ordering, ORDERS)
    found = [
        *_money(placed, "payments", pairs(books.payments, PAYMENTS)),
        *_money(placed, "the provider", pairs(books.provider, ENTRIES)),
        *_settled(books, placed, len(placed)),
    ]
    if not given == paid == by_provider:
        found.append(f"orders gave back {given}, payments {paid}, the provider {by_provider}")
    if any(amount > given.get(attempt, 0) for attempt, amount in for_returns.items()):
        found.append(f"returns gave back {for_returns}, their orders {given}")
    if came != missed:
        found.append(f"returns took back {came}, orders lack {missed}")
    return found


def _money(placed: dict[Any, Any], whose: str, paid: dict[Any, Any]) -> Iterator[str]:
    for attempt, total in placed.items():
        if paid.get(attempt) != total:
            yield f"{whose} has {paid.get(attempt)} for the order of {attempt}, which is {total}"
    for attempt in paid.keys() - placed.keys():
        yield f"{whose} holds money for {attempt}, which has no order"


def _stock(books: Books, placed: dict[Any, Any], *, is_settled: bool) -> Iterator[str]:
    promised = pairs(books.inventory, RESERVATIONS)
    for attempt in promised.keys() - placed.keys():
        yield f"stock is {promised[attempt]} for {attempt}, which has no order"
    for attempt in placed.keys() - promised.keys():
        yield f"no stock is promised to the order of {attempt}"
    if is_settled and "held" in promised.values():
        yield "stock of an order is still held and not allocated"
    for state, counted in COUNTED.items():
        by_line = pairs(books.inventory, PROMISED, state)
        if (by_item := pairs(books.inventory, counted)) != by_line:
            yield f"units {state} are counted as {by_item} and promised as {by_line}"
    moved = pairs(books.inventory, MOVED)
    if (on_hand := pairs(books.inventory, ON_HAND)) != moved:
        yield f"on the shelves are {on_hand}, and their histories add up to {moved}"


def _settled(books: Books, placed: dict[Any, Any], orders: int) -> Iterator[str]:
    if len(placed) != orders:
        yield f"there are {len(placed)} orders, not {orders}"
    if any(count for (count,) in rows(books.ordering, WAITING)):
        yield "events of orders are still under way"
