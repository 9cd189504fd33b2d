"""Goods that come back, on a real database: what is due for them knows of the other returns."""

from functools import partial

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.ordering.cancel_return import CancelReturnHandler
from app.ordering.receive_return import ReceiveReturnHandler
from domain.contracts.ordering import CancelReturn, ReturnDetails, Total
from domain.ordering.goods_return import Return
from domain.ordering.order import Order
from domain.ordering.ports import Begin
from domain.shared.values import Quantity
from infrastructure.ordering.order_book import SqlOrderBook
from infrastructure.shared.database.engines import transaction
from tests.ordering.builders import NOW, a_checkout, a_line, an_attempt
from tests.ordering.test_goods_return import a_parcel, receipt, requested


@pytest.fixture
def begin(engine: AsyncEngine) -> Begin:
    return partial(transaction, engine, SqlOrderBook)


def an_order() -> Order:
    """Three units for a dollar, sent."""
    totals = tuple(Total(kind=kind, amount=100, text=kind) for kind in ("subtotal", "total"))
    checkout = a_checkout(lines=(a_line(quantity=Quantity(3), total=100),), totals=totals)
    order = Order.placed(checkout, an_attempt(checkout), NOW)
    order.note(a_parcel(line_1=3))
    return order


async def an_approved(begin: Begin, order: Order, number: int) -> Return:
    async with begin() as book:
        known = await book.order(order.order_id)
        found = requested(known, line_1=1)
        found.key = f"key {number}"
        found.approve()
        await book.save_return(found)
        await book.save_order(known)
    return found


async def came(begin: Begin, found: Return) -> ReturnDetails:
    return await ReceiveReturnHandler(begin, lambda: NOW)(receipt(found, line_1=(1, 0)))


async def test_the_odd_cent_of_a_return_that_was_undone_is_due_with_another(begin: Begin) -> None:
    order = an_order()
    async with begin() as book:
        await book.save_order(order)
    one, two, three = [await an_approved(begin, order, number) for number in range(3)]
    dues = [(await came(begin, found)).due for found in (one, two)]
    await CancelReturnHandler(begin, lambda: NOW)(CancelReturn(return_id=one.name, key="k"))
    again = await an_approved(begin, order, 4)

    dues += [(await came(begin, found)).due for found in (again, three)]

    assert dues == [34, 33, 34, 33]
