"""Who holds what, page by page: near, through the serialiser, and far."""

from collections.abc import AsyncIterator
from functools import partial
from uuid import UUID

import pytest

from app.inventory.allocate_stock import AllocateStock
from app.inventory.take_stock import TakeStock
from domain.contracts.inventory import (
    Count,
    Inventory,
    ListReservations,
    PromisedUnits,
    Release,
    ReservationDetails,
    Reserve,
    SetStock,
    UnknownCursor,
)
from domain.inventory.ports import Begin
from domain.shared.ids import public, uuid7
from domain.shared.values import AttemptId
from infrastructure.inventory.shelves import SqlShelves
from infrastructure.shared.clock import utc_now
from infrastructure.shared.database.engines import Engines, transaction
from tests.conftest import KeptHouse
from tests.inventory.builders import a_line, a_sku, an_order, placed, shipped

TEA, CUP = sorted((a_sku(), a_sku()))


@pytest.fixture
async def inventory(house: KeptHouse) -> Inventory:
    inventory = house.contract(Inventory)
    counts = tuple(Count(sku=sku, units_on_hand=1_000) for sku in (TEA, CUP))
    await inventory.set_stock(SetStock(counts=counts))
    return inventory


@pytest.fixture
async def begin(house: KeptHouse) -> AsyncIterator[Begin]:
    """The same shelves, from behind."""
    engines = Engines()
    yield partial(transaction, engines.at(house.database), SqlShelves)
    await engines.close()


def an_attempt() -> AttemptId:
    return AttemptId(uuid7(utc_now()))


def after(attempt_id: AttemptId) -> str:
    """Where a list goes on with this attempt, were it there."""
    return public("res", UUID(int=attempt_id.int + 1))


async def test_each_says_what_it_is_for_and_what_is_left_of_it(
    inventory: Inventory, begin: Begin
) -> None:
    attempt_id, order_id = an_attempt(), an_order()
    lines = (a_line(CUP), a_line(TEA, 2), a_line(TEA, 3))
    await inventory.reserve(Reserve(attempt_id=attempt_id, lines=lines))
    async with begin() as shelves:
        await AllocateStock()(shelves, placed(attempt_id, order_id, *lines))
        await TakeStock()(shelves, shipped(order_id, a_line(TEA, 4), a_line(CUP)))

    page = await inventory.list_reservations(ListReservations(after=after(attempt_id), most=1))

    assert page.items == (
        ReservationDetails(
            attempt_id=attempt_id,
            state="allocated",
            goods=(
                PromisedUnits(sku=TEA, units=5, left=1),
                PromisedUnits(sku=CUP, units=1, left=0),
            ),
            order_id=order_id,
        ),
    )


async def test_pages_follow_one_another_the_newest_first(inventory: Inventory) -> None:
    attempts = [an_attempt() for _ in range(3)]
    for attempt_id in attempts[:2]:
        await inventory.reserve(Reserve(attempt_id=attempt_id, lines=(a_line(TEA),)))
    await inventory.release(Release(attempt_id=attempts[2]))

    first = await inventory.list_reservations(ListReservations(after=after(attempts[2]), most=2))
    second = await inventory.list_reservations(ListReservations(after=first.next, most=1))

    found = [(one.attempt_id, one.state) for one in (*first.items, *second.items)]
    assert found == [
        (attempts[2], "released"),
        (attempts[1], "held"),
        (attempts[0], "held"),
    ]
    assert first.items[0].goods == ()


async def test_a_cursor_of_nobodys_is_refused(inventory: Inventory) -> None:
    await inventory.reserve(Reserve(attempt_id=an_attempt(), lines=(a_line(TEA),)))

    with pytest.raises(UnknownCursor):
        await inventory.list_reservations(ListReservations(after="page 2"))
