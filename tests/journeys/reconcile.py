"""The books of a shop, held against one another: stock, orders, payments, the provider's ledger."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import connect
from typing import Any
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import Select, func, select, text

from infrastructure.inventory.tables import items, movements, reservations
from infrastructure.inventory.tables import lines as reserved
from infrastructure.ordering.tables import attempts, order_lines, orders, outbox, returns
from infrastructure.ordering.tables import inbox as ordering_inbox
from infrastructure.payments.tables import operations, payments
from tests.engines import asked

ENTRIES = "SELECT key, minor_units FROM entries WHERE state = 'authorised'"
MOVED_BACK = "SELECT entry, sum(minor_units) FROM movements WHERE kind = 'refund' GROUP BY entry"
COUNTED = {"held": items.c.units_held, "allocated": items.c.units_allocated}
REFUNDED = select(operations.c.attempt_id, operations.c.units, operations.c.forgone).where(
    operations.c.kind == "refund", operations.c.state == "done"
)
MISSED = (
    select(
        order_lines.c.order_id,
        order_lines.c.line_id,
        order_lines.c.units_ordered - order_lines.c.units,
    )
    .join(orders)
    .where(orders.c.is_cancelled.is_(False))
)
UNDER_WAY = select(func.count()).where(attempts.c.state.in_(("running", "undoing")))


@dataclass(frozen=True)
class Books:
    """The databases of each context, and the file of the provider's ledger."""

    ordering: str
    inventory: str
    payments: str
    provider: Path

    @classmethod
    def of(cls, settings: dict[str, Any]) -> "Books":
        """Of a shop in one process."""
        ordering, inventory, payments = (
            settings.get(f"{context}_database_url") or settings["database_url"]
            for context in ("ordering", "inventory", "payments")
        )
        return cls(ordering, inventory, payments, Path(settings["test_provider_database"]))


Row = tuple[Any, ...]
Told = Callable[[Select[Any]], list[Row]]


def rows(url: str, query: str | Select[Any], **told: object) -> list[Row]:
    with asked(url).connect() as connection:
        found = connection.execute(text(query) if isinstance(query, str) else query, told)
        return [tuple(row) for row in found]


@contextmanager
def at_one_moment(url: str) -> Iterator[Told]:
    """Asks a database which others write to: every answer is of the moment of the first."""
    engine = asked(url)
    is_sqlite = engine.dialect.name == "sqlite"
    level = {} if is_sqlite else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**level) as connection:
        if is_sqlite:
            connection.exec_driver_sql("BEGIN")
        yield lambda query: [tuple(row) for row in connection.execute(query)]


def pairs(url: str, query: Select[Any]) -> dict[Any, Any]:
    """What two columns say, the second by the first."""
    return dict(rows(url, query))


def number(url: str, query: str | Select[Any]) -> int:
    ((found,),) = rows(url, query)
    assert isinstance(found, int), found
    return found


def told_by(provider: Path, query: str) -> list[Row]:
    """What the ledger of the test provider says."""
    with closing(connect(provider, timeout=10)) as connection:
        return list(connection.execute(query))


def under_way(books: Books) -> int:
    """Attempts that have neither been completed nor undone."""
    return number(books.ordering, UNDER_WAY)


def mistakes(books: Books, *, orders: int | None = None) -> list[str]:
    """What does not agree, while nothing is under way.

    With `orders`, that there are so many of them too, and that all of their events have been worked
    through.
    """
    placed = _placed(books)
    return [
        *_money(placed, books),
        *_stock(books, placed, is_settled=orders is not None),
        *([] if orders is None else _settled(books, placed, orders)),
    ]


def mistakes_of_returns(books: Books) -> list[str]:
    """What does not agree about goods and money that came back, while nothing is under way."""
    placed, given, for_returns = _placed(books), _given_back(books), _for_returns(books)
    paid, by_provider = _paid_back(books)
    missed = {row[:2]: row[2] for row in rows(books.ordering, MISSED) if row[2]}
    found = [*_money(placed, books), *_settled(books, placed, len(placed))]
    if not given == paid == by_provider:
        found.append(f"orders gave back {given}, payments {paid}, the provider {by_provider}")
    if any(amount > given.get(attempt, 0) for attempt, amount in for_returns.items()):
        found.append(f"returns gave back {for_returns}, their orders {given}")
    if (came := _came_back(books)) != missed:
        found.append(f"returns took back {came}, orders lack {missed}")
    return found


def mistakes_of_money(books: Books) -> list[str]:
    """What does not agree of orders, payments and the provider's ledger."""
    return list(_money(_placed(books), books))


def mistakes_of_stock(books: Books) -> list[str]:
    """What does not agree of stock, while nothing is under way and all events are worked through."""
    return list(_stock(books, _placed(books), is_settled=True))


def _placed(books: Books) -> dict[UUID, int]:
    return pairs(books.ordering, select(orders.c.attempt_id, orders.c.total))


def _money(placed: dict[UUID, int], books: Books) -> Iterator[str]:
    authorised = payments.c.state == "authorised"
    known = pairs(
        books.payments, select(payments.c.attempt_id, payments.c.minor_units).where(authorised)
    )
    entries = {UUID(key): units for key, units in told_by(books.provider, ENTRIES)}
    for whose, paid in (("payments", known), ("the provider", entries)):
        for attempt, total in placed.items():
            if paid.get(attempt) != total:
                yield f"{whose} has {paid.get(attempt)} for the order of {attempt}, which is {total}"
        for attempt in paid.keys() - placed.keys():
            yield f"{whose} holds money for {attempt}, which has no order"


def _stock(books: Books, placed: dict[UUID, int], *, is_settled: bool) -> Iterator[str]:
    """Whatever is under way: an allocation moves units and their promise together."""
    with at_one_moment(books.inventory) as told:
        yield from _promised(told, placed, is_settled=is_settled)


def _promised(told: Told, placed: dict[UUID, int], *, is_settled: bool) -> Iterator[str]:
    is_promised = reservations.c.state.in_(COUNTED)
    promised: dict[UUID, str] = dict(
        told(select(reservations.c.attempt_id, reservations.c.state).where(is_promised))
    )
    for attempt in promised.keys() - placed.keys():
        yield f"stock is {promised[attempt]} for {attempt}, which has no order"
    for attempt in placed.keys() - promised.keys():
        yield f"no stock is promised to the order of {attempt}"
    if is_settled and "held" in promised.values():
        yield "stock of an order is still held and not allocated"
    lines = told(select(reserved.c.attempt_id, reserved.c.sku, reserved.c.units))
    left = _left(told)
    for state, counted in COUNTED.items():
        by_line = Counter({sku: -units for sku, units in left[state].items()})
        for attempt, sku, units in lines:
            if promised.get(attempt) == state:
                by_line[sku] += units
        by_item: dict[str, int] = dict(told(select(items.c.sku, counted).where(counted != 0)))
        if by_item != {sku: units for sku, units in by_line.items() if units}:
            yield f"units {state} are counted as {by_item} and promised as {by_line}"
    history: Counter[str] = Counter()
    for sku, units in told(select(movements.c.sku, movements.c.units)):
        history[sku] += units
    on_hand: dict[str, int] = dict(told(select(items.c.sku, items.c.units_on_hand)))
    if on_hand != history:
        yield f"on the shelves are {on_hand}, and their histories add up to {history}"


def _left(told: Told) -> dict[str, Counter[str]]:
    """What has left the house already of what was promised, by the state of its promise."""
    left: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for state, parcels in told(select(reservations.c.state, reservations.c.parcels)):
        for parcel in from_json(parcels):
            for portion in parcel["portions"]:
                left[state][portion["sku"]] += portion["units"]
    return left


def _settled(books: Books, placed: dict[UUID, int], orders: int) -> Iterator[str]:
    if len(placed) != orders:
        yield f"there are {len(placed)} orders, not {orders}"
    unsent = select(func.count()).where(outbox.c.sent_at.is_(None))
    undone = select(func.count()).where(ordering_inbox.c.state != "done")
    if number(books.ordering, unsent) or number(books.ordering, undone):
        yield "events of orders are still under way"


def _given_back(books: Books) -> dict[UUID, int]:
    """By orders, for whatever reason."""
    given: defaultdict[UUID, int] = defaultdict(int)
    for attempt, history in rows(books.ordering, select(orders.c.attempt_id, orders.c.history)):
        for adjustment in from_json(history).get("adjustments", ()):
            if (adjustment["kind"], adjustment["status"]) == ("refund", "completed"):
                given[attempt] -= adjustment["amount"]
    return given


def _for_returns(books: Books) -> dict[UUID, int]:
    """By returns."""
    given: defaultdict[UUID, int] = defaultdict(int)
    kept = select(orders.c.attempt_id, returns.c.refunds).join(returns)
    for attempt, refunds in rows(books.ordering, kept):
        for refund in from_json(refunds):
            if refund["status"] == "completed":
                given[attempt] += refund["amount"]
    return given


def _paid_back(books: Books) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """By payments, and by the provider with what payments has forgone."""
    paid: defaultdict[UUID, int] = defaultdict(int)
    by_provider: defaultdict[UUID, int] = defaultdict(int)
    for attempt, units, forgone in rows(books.payments, REFUNDED):
        paid[attempt] += units
        if forgone:
            by_provider[attempt] += forgone
    for key, units in told_by(books.provider, MOVED_BACK):
        by_provider[UUID(key)] += units
    return paid, by_provider


def _came_back(books: Books) -> dict[tuple[UUID, str], int]:
    came: Counter[tuple[UUID, str]] = Counter()
    kept = select(returns.c.order_id, returns.c.lines).where(returns.c.state != "cancelled")
    for order, lines in rows(books.ordering, kept):
        for line in from_json(lines):
            came[order, line["line_id"]] += line.get("restocked", 0) + line.get("written_off", 0)
    return {line: units for line, units in came.items() if units}
