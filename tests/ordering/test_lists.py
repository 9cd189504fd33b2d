"""Lists on a real database: what they find, in which order, and by which index."""

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.event import listen, remove
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.contracts.ordering import (
    Buyer,
    Destination,
    ListOrders,
    OrderSummary,
    UnknownReturn,
)
from domain.ordering.attempt import AttemptState
from domain.ordering.goods_return import ReturnId, ReturnState
from domain.ordering.order import Order
from domain.ordering.ports import Begin, OrderBook
from domain.shared.ids import uuid7
from domain.shared.model import Conflict
from domain.shared.values import AttemptId, OrderId, Sku
from infrastructure.ordering.order_book import SqlOrderBook
from infrastructure.shared.database.engines import transaction
from tests.engines import only
from tests.ordering.builders import HOME, NOW, ROSES, a_checkout, a_line, a_method, an_attempt
from tests.ordering.test_goods_return import a_refund, receipt, requested
from tests.ordering.test_goods_return import an_order as a_sent_order

DAY = timedelta(days=1)
TEA = Sku("tea")


@pytest.fixture
def begin(engine: AsyncEngine) -> Begin:
    return partial(transaction, engine, SqlOrderBook)


def an_order(at: datetime = NOW, client: str = "platform:a", **content: Any) -> Order:
    checkout = a_checkout(**content)
    checkout.client = client
    attempt = an_attempt(checkout, order_id=OrderId(uuid7(at)))
    return Order.placed(checkout, attempt, at + timedelta(milliseconds=300))


async def given(begin: Begin, *orders: Order) -> None:
    async with begin() as book:
        for order in orders:
            await book.save_order(order)


async def found(
    begin: Begin, after: OrderId | None = None, most: int = 9, **wanted: Any
) -> list[OrderId]:
    async with begin() as book:
        listed = await book.orders(ListOrders(**wanted), after, most=most)
    return [order.order_id for order in listed]


async def test_orders_are_listed_newest_first_page_by_page(begin: Begin) -> None:
    orders = [an_order(NOW + n * DAY) for n in range(3)]
    await given(begin, *orders)

    newest = [order.order_id for order in reversed(orders)]
    assert await found(begin, most=2) == newest[:2]
    assert await found(begin, after=newest[1]) == newest[2:]


async def test_a_list_says_what_the_order_says(begin: Begin) -> None:
    order = an_order()
    await given(begin, order)

    async with begin() as book:
        (listed,) = await book.orders(ListOrders(), None, most=9)

    assert listed == OrderSummary(
        order_id=order.order_id,
        client="platform:a",
        placed_at=order.placed_at,
        status="open",
        total=order.total,
        email="jane@example.com",
    )


async def test_orders_are_found_by_what_they_have_in_common(begin: Begin) -> None:
    first = an_order(NOW, buyer=Buyer(email="Jane@Example.com"), lines=(a_line(sku=TEA),))
    roses = (a_line(), a_line(line_id="line_2"))
    second = an_order(NOW + DAY, client="platform:b", lines=roses, buyer=None)
    await given(begin, first, second)
    async with begin() as book:
        cancelled = await book.order(second.order_id)
        cancelled.cancel("key", "", NOW)
        await book.save_order(cancelled)

    one, two = [first.order_id], [second.order_id]
    assert await found(begin, email="jane@example.COM") == one
    assert await found(begin, client="platform:b") == two
    assert await found(begin, country="US") == [*two, *one]
    assert await found(begin, country="us") == []
    assert await found(begin, sku=TEA) == one
    assert await found(begin, sku=ROSES) == two  # once, though two of its lines are roses
    assert await found(begin, sku=ROSES, after=second.order_id) == []
    assert await found(begin, status="cancelled") == two
    assert await found(begin, status="open", sku=ROSES) == []
    assert await found(begin, email="jan") == await found(begin, email="") == []


async def test_a_country_is_found_by_its_code_however_the_address_spells_it(begin: Begin) -> None:
    home = replace(HOME, address_country="United States")
    there = a_method(destinations=(Destination(destination_id="home", address=home),))
    order = an_order(methods=(there,))
    await given(begin, order)

    assert await found(begin, country="US") == [order.order_id]


async def test_times_are_when_an_order_was_placed_and_not_when_it_was_begun(begin: Begin) -> None:
    orders = [an_order(NOW + n * DAY) for n in range(3)]
    slow = an_order(NOW - 6 * DAY)
    slow.placed_at = NOW
    await given(begin, *orders, slow)

    at = orders[1].placed_at
    assert await found(begin, placed_from=at) == [orders[2].order_id, orders[1].order_id]
    assert await found(begin, placed_to=at) == [orders[0].order_id, slow.order_id]
    assert await found(begin, placed_from=NOW, placed_to=at) == [
        orders[0].order_id,
        slow.order_id,
    ]


ORDER, LINE = OrderId(uuid7(NOW)), ReturnId(uuid7(NOW))
Ask = Callable[[OrderBook], Any]


def orders_by(**wanted: Any) -> Ask:
    return lambda book: book.orders(ListOrders(**wanted), ORDER, most=21)


@only("sqlite")  # elsewhere by tests/growth/test_plans.py
@pytest.mark.parametrize(
    "ask",
    [
        orders_by(),
        orders_by(status="open"),
        orders_by(email="jane@example.com"),
        orders_by(client="platform:a"),
        orders_by(country="US"),
        orders_by(sku=ROSES),
        orders_by(placed_from=NOW),
        orders_by(placed_to=NOW),
        orders_by(sku=ROSES, status="open", placed_from=NOW, placed_to=NOW),
        lambda book: book.attempts(None, AttemptId(ORDER), most=21),
        lambda book: book.attempts(AttemptState.RUNNING, None, most=21),
        lambda book: book.returns(None, None, LINE, most=21),
        lambda book: book.returns(ORDER, None, None, most=21),
        lambda book: book.returns(None, ReturnState.REQUESTED, None, most=21),
        lambda book: book.returns(ORDER, ReturnState.REQUESTED, LINE, most=21),
        lambda book: book.return_under(ORDER, "key"),
    ],
)
async def test_no_list_reads_a_table_through_nor_sorts_it(engine: AsyncEngine, ask: Ask) -> None:
    async with engine.begin() as connection:
        said: list[tuple[str, Any]] = []

        def hear(_c: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
            said.append((statement, parameters))

        listen(engine.sync_engine, "before_cursor_execute", hear)
        await ask(SqlOrderBook(connection))
        remove(engine.sync_engine, "before_cursor_execute", hear)
        ((statement, parameters),) = said
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps = [str(row.detail) for row in plan]

    assert steps
    assert [step for step in steps if step.startswith("SCAN") or "TEMP B-TREE" in step] == []


async def test_a_return_comes_back_whole(begin: Begin) -> None:
    order = a_sent_order()
    whole = requested(order, line_1=2)
    whole.approve()
    whole.receive(order, receipt(whole, line_1=(1, 1)), NOW, others=())
    whole.refund(order, a_refund(whole), NOW)
    whole.cancel_key, whole.decision = "k", "a mistake"
    await given(begin, order)

    async with begin() as book:
        await book.save_return(whole)

    async with begin() as book:
        assert await book.goods_return(whole.return_id) == whole
        assert await book.return_under(order.order_id, whole.key) == whole
        assert await book.return_under(order.order_id, "other") is None
        assert [line.units_returning for line in (await book.order(order.order_id)).lines] == [0, 0]
        with pytest.raises(UnknownReturn):
            await book.goods_return(ReturnId(uuid4()))


async def test_a_key_is_one_returns_of_its_order(begin: Begin) -> None:
    order = a_sent_order()
    opened = requested(order, line_1=1)
    await given(begin, order)
    async with begin() as book:
        await book.save_return(copy(opened))

    with pytest.raises(Conflict):
        async with begin() as book:
            await book.save_return(replace(opened, return_id=ReturnId(uuid4())))


async def test_a_return_that_was_moved_meanwhile_is_not_saved(begin: Begin) -> None:
    order = a_sent_order()
    opened = requested(order, line_1=1)
    await given(begin, order)
    async with begin() as book:
        await book.save_return(opened)

    async with begin() as book:
        mine, theirs = [await book.goods_return(opened.return_id) for _ in range(2)]
        theirs.approve()
        await book.save_return(theirs)
        mine.reject(order, "too late")
        with pytest.raises(Conflict):
            await book.save_return(mine)
