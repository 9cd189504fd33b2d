"""Lists of orders and attempts, a page at a time, each in the order of an index."""

from datetime import timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contracts.ordering import ListOrders, OrderSummary
from domain.ordering.attempt import Attempt, AttemptState
from domain.ordering.order import Order
from domain.ordering.order_status import OrderStatus
from domain.shared.ids import earliest_uuid7
from domain.shared.values import AttemptId, Money, OrderId
from infrastructure.ordering.attempt_rows import attempt_of
from infrastructure.ordering.order_rows import order_of, sought
from infrastructure.ordering.tables import attempts, order_lines, orders
from infrastructure.shared.database.columns import is_among

LONGEST_ATTEMPT = timedelta(days=7)
"""An order is named when its attempt begins, and placed when that ends: within this time."""
SHOWN = (
    orders.c.order_id,
    orders.c.client,
    orders.c.placed_at,
    orders.c.status,
    orders.c.total,
    orders.c.currency,
    orders.c.email,
)


class OrderLists:
    """What is found without being loaded."""

    _connection: AsyncConnection

    async def orders(
        self, wanted: ListOrders, after: OrderId | None, *, most: int
    ) -> list[OrderSummary]:
        page = page_of_orders(wanted, after).limit(most)
        return [_summary(row) for row in (await self._connection.execute(page)).mappings()]

    async def ledger(self, after: AttemptId | None, *, most: int) -> list[Order]:
        page = page_of_ledger(after).limit(most)
        rows = (await self._connection.execute(page)).mappings().all()
        its = select(order_lines).where(order_lines.c.order_id.in_([r["order_id"] for r in rows]))
        by_order = its.order_by(order_lines.c.order_id, order_lines.c.number)
        found = (await self._connection.execute(by_order)).mappings()
        lines = {one: [*of_one] for one, of_one in groupby(found, lambda line: line["order_id"])}
        return [order_of(row, lines.get(row["order_id"], ())) for row in rows]

    async def attempts(
        self, state: AttemptState | None, after: AttemptId | None, *, most: int
    ) -> list[Attempt]:
        page = page_of_attempts(state, after).limit(most)
        return [attempt_of(row) for row in (await self._connection.execute(page)).mappings()]


def page_of_orders(wanted: ListOrders, after: OrderId | None) -> Select[Any]:
    """The newest first. Ids begin with their time, so times bound the ids that are looked at."""
    page, key = select(*SHOWN), orders.c.order_id
    if wanted.sku is not None:
        key = order_lines.c.order_id
        held = order_lines.join(orders, orders.c.order_id == key)
        page = page.select_from(held).where(order_lines.c.sku == wanted.sku, _is_first_of_its_sku())
    if wanted.status is not None:
        page = page.where(is_among(orders.c.status, OrderStatus(wanted.status)))
    for column, value in (
        (orders.c.email, sought(wanted.email)),
        (orders.c.client, wanted.client),
        (orders.c.country, wanted.country),
    ):
        if value is not None:
            page = page.where(column == value)
    page = page.where(*_placed(wanted, key))
    if after is not None:
        page = page.where(key < after)
    return page.order_by(key.desc())


def page_of_ledger(after: AttemptId | None) -> Select[Any]:
    page = select(orders).order_by(orders.c.attempt_id.desc())
    return page.where(orders.c.attempt_id < after) if after is not None else page


def page_of_attempts(state: AttemptState | None, after: AttemptId | None) -> Select[Any]:
    page = select(attempts).order_by(attempts.c.attempt_id.desc())
    if state is not None:
        page = page.where(is_among(attempts.c.state, state))
    return page.where(attempts.c.attempt_id < after) if after is not None else page


def _is_first_of_its_sku() -> ColumnElement[bool]:
    """An order is found once, however many of its lines are of the SKU."""
    before = order_lines.alias("before")
    return ~(
        select(before.c.number)
        .where(
            before.c.order_id == order_lines.c.order_id,
            before.c.sku == order_lines.c.sku,
            before.c.number < order_lines.c.number,
        )
        .exists()
    )


def _placed(wanted: ListOrders, key: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    bounds: list[ColumnElement[bool]] = []
    if wanted.placed_from is not None:
        bounds.append(orders.c.placed_at >= wanted.placed_from)
        bounds.append(key >= earliest_uuid7(wanted.placed_from - LONGEST_ATTEMPT))
    if wanted.placed_to is not None:
        bounds.append(orders.c.placed_at < wanted.placed_to)
        bounds.append(key < earliest_uuid7(wanted.placed_to + timedelta(milliseconds=1)))
    return bounds


def _summary(row: Any) -> OrderSummary:
    return OrderSummary(
        order_id=row["order_id"],
        client=row["client"],
        placed_at=row["placed_at"],
        status=row["status"],
        total=Money(row["total"], row["currency"]),
        email=row["email"],
    )
