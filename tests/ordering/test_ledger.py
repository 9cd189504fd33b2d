"""What orders stand for, as other books should know it: near, through the serialiser, and far."""

from functools import partial
from uuid import UUID

import pytest

from domain.contracts.ordering import (
    CancelOrder,
    FindOrder,
    LedgerEntry,
    ListLedger,
    OrderedUnits,
    RefundOrder,
    UnfitRequest,
)
from domain.shared.ids import public
from domain.shared.values import Money, OrderId
from tests.conftest import KeptHouse
from tests.ordering.shelf import Shelf, until


@pytest.fixture
async def shelf(house: KeptHouse) -> Shelf:
    return await Shelf.stocked(house)


async def entry_of(shelf: Shelf, order_id: OrderId) -> LedgerEntry:
    order = await shelf.ordering.find_order(FindOrder(order_id=order_id))
    just_after = public("att", UUID(int=order.attempt_id.int + 1))
    page = await shelf.ordering.list_ledger(ListLedger(after=just_after, most=1))
    return page.items[0]


async def is_settled(shelf: Shelf, order_id: OrderId) -> bool:
    back = (await entry_of(shelf, order_id)).promised_back
    return bool(back) and all(one.status == "completed" for one in back)


async def test_an_order_stands_for_its_money_and_its_goods(shelf: Shelf) -> None:
    order = await shelf.sent(2)

    entry = await entry_of(shelf, order.order_id)

    assert entry == LedgerEntry(
        attempt_id=order.attempt_id,
        order_id=order.order_id,
        placed_at=order.placed_at,
        total=Money(7500, "USD"),
        goods=(OrderedUnits(sku=shelf.sku, units=2),),
    )


async def test_what_was_promised_back_is_told_with_what_became_of_it(shelf: Shelf) -> None:
    order_id = (await shelf.sent(2)).order_id
    some = RefundOrder(order_id=order_id, key="r1", amount=Money(500, "USD"))
    await shelf.ordering.refund_order(some)

    await until(partial(is_settled, shelf, order_id))

    (back,) = (await entry_of(shelf, order_id)).promised_back
    assert (back.amount, back.key) == (Money(500, "USD"), f"{public('adj', order_id)}_r1")


async def test_goods_of_a_cancelled_order_were_ordered_still(shelf: Shelf) -> None:
    order_id = await shelf.ordered(2)
    await shelf.ordering.cancel_order(CancelOrder(order_id=order_id, key="c1"))

    await until(partial(is_settled, shelf, order_id))

    entry = await entry_of(shelf, order_id)
    assert entry.goods == (OrderedUnits(sku=shelf.sku, units=2),)
    assert entry.cancelled_at == entry.promised_back[0].promised_at
    assert entry.promised_back[0].amount == Money(7500, "USD")


async def test_pages_follow_one_another_the_newest_attempt_first(shelf: Shelf) -> None:
    orders = [await shelf.ordered() for _ in range(3)]
    newest = await entry_of(shelf, orders[2])
    just_after = public("att", UUID(int=newest.attempt_id.int + 1))

    first = await shelf.ordering.list_ledger(ListLedger(after=just_after, most=2))
    second = await shelf.ordering.list_ledger(ListLedger(after=first.next, most=1))

    found = [one.order_id for one in (*first.items, *second.items)]
    assert found == orders[::-1]


async def test_a_cursor_of_nobodys_is_refused(shelf: Shelf) -> None:
    await shelf.ordered()

    with pytest.raises(UnfitRequest):
        await shelf.ordering.list_ledger(ListLedger(after="page 2"))
