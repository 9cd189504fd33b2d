"""The shelves on a real database, and what events do to them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from pydantic_core import from_json
from sqlalchemy import select
from sqlalchemy.event import listens_for
from sqlalchemy.ext.asyncio import AsyncEngine

from app.inventory.allocate_stock import AllocateStock
from app.inventory.find_stock import FindStockHandler
from app.inventory.release_stock import ReleaseHandler
from app.inventory.reserve_stock import ReserveHandler
from app.inventory.restock_returned import RestockReturned
from app.inventory.return_stock import ReturnStock
from app.inventory.take_back_returned import TakeBackReturned
from app.inventory.take_stock import TakeStock
from app.inventory.watch_holds import WatchHolds
from domain.contracts.inventory import (
    Count,
    FindStock,
    OutOfStock,
    Release,
    Reserve,
    TooFewOnHand,
    UnknownSku,
)
from domain.contracts.ordering import GoodsNotReturned, ReturnedUnits
from domain.inventory.movement import COUNTED
from domain.inventory.ports import Begin
from domain.inventory.reservation import OutOfStep, Reservation
from domain.inventory.stock import Portion, StockItem
from domain.shared.ids import public, uuid7
from domain.shared.model import Conflict, Event
from domain.shared.values import AttemptId, Sku
from infrastructure.inventory.shelves import SqlShelves
from infrastructure.inventory.tables import outbox
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.envelope import Envelope, carrying
from tests.inventory.builders import (
    a_line,
    an_attempt,
    an_order,
    cancelled,
    placed,
    returned,
    shipped,
)
from tests.logged import logged

NOW = datetime(2026, 4, 8, 12, tzinfo=UTC)
CUP, TEA = Sku("CUP"), Sku("TEA-100G")
TEN_EACH = (Count(sku=CUP, units_on_hand=10), Count(sku=TEA, units_on_hand=10))


@pytest.fixture
async def begin(engine: AsyncEngine) -> Begin:
    kept = partial(transaction, engine, SqlShelves)
    async with kept() as shelves:
        await shelves.count(TEN_EACH, COUNTED)
    return kept


async def tea(begin: Begin) -> StockItem:
    async with begin() as shelves:
        (item,) = await shelves.items([TEA])
    return item


async def held(begin: Begin, **units: int) -> AttemptId:
    attempt = an_attempt()
    lines = tuple(a_line({"tea": TEA, "cup": CUP}[name], n) for name, n in units.items())
    await ReserveHandler(begin)(Reserve(attempt_id=attempt, lines=lines))
    return attempt


async def test_a_count_is_taken_over_and_promises_stand(begin: Begin) -> None:
    await held(begin, tea=3)

    async with begin() as shelves:
        pot = Count(sku=Sku("POT"), units_on_hand=1)
        await shelves.count([Count(sku=TEA, units_on_hand=4), pot], COUNTED)

    assert await tea(begin) == StockItem(TEA, units_on_hand=4, units_held=3)
    found = await FindStockHandler(begin)(FindStock(skus=(TEA, Sku("POT"), Sku("NO"))))
    assert [(stock.sku, stock.units_available) for stock in found.items] == [("POT", 1), (TEA, 1)]


async def test_counting_the_same_again_writes_nothing(engine: AsyncEngine, begin: Begin) -> None:
    statements = noted(engine)

    async with begin() as shelves:
        await shelves.count(TEN_EACH, COUNTED)

    assert [statement.split()[0] for statement in statements] == ["SELECT"]


async def test_a_reservation_comes_back_whole(begin: Begin) -> None:
    reservation = Reservation.made(an_attempt(), (a_line(TEA, 3), a_line(CUP), a_line(TEA, 1)))
    reservation.allocate(an_order())
    reservation.take("par_1", (Portion(TEA, 2),))

    async with begin() as shelves:
        assert await shelves.add(reservation)

    async with begin() as shelves:
        assert await shelves.find(reservation.attempt_id) == reservation
        assert reservation.order_id
        assert await shelves.find_ordered(reservation.order_id) == reservation


async def test_an_attempt_has_one_reservation(begin: Begin) -> None:
    attempt = await held(begin, tea=3)

    async with begin() as shelves:
        assert not await shelves.add(Reservation.made(attempt, (a_line(CUP),)))

    async with begin() as shelves:
        found = await shelves.find(attempt)
    assert found
    assert found.portions == (Portion(TEA, 3),)


async def test_the_second_of_two_writers_is_told(begin: Begin) -> None:
    attempt = await held(begin, tea=3)

    async with begin() as shelves:
        mine, theirs = await shelves.find(attempt), await shelves.find(attempt)
        assert mine
        assert theirs
        theirs.release()
        await shelves.save(theirs)

        mine.allocate(an_order())
        with pytest.raises(Conflict):
            await shelves.save(mine)


async def test_more_than_there_is_is_not_held(begin: Begin) -> None:
    await held(begin, tea=8)

    async with begin() as shelves:
        with pytest.raises(OutOfStock) as refused:
            await shelves.hold(Portion(TEA, 3))
        with pytest.raises(UnknownSku):
            await shelves.hold(Portion(Sku("tea-100g"), 1))

    assert (refused.value.sku, refused.value.units_available) == (TEA, 2)
    assert (await tea(begin)).units_held == 8


async def test_a_refused_reservation_leaves_no_trace(begin: Begin) -> None:
    attempt = an_attempt()

    with pytest.raises(OutOfStock):
        await ReserveHandler(begin)(
            Reserve(attempt_id=attempt, lines=(a_line(CUP, 1), a_line(TEA, 11)))
        )

    async with begin() as shelves:
        assert await shelves.find(attempt) is None
        assert [item.units_held for item in await shelves.items([CUP, TEA])] == [0, 0]


async def test_events_are_stored_and_numbered_with_their_reservation(
    engine: AsyncEngine, begin: Begin
) -> None:
    with carrying(Envelope.opened(actor="customer:7")):
        attempt = await held(begin, tea=3)
        await ReleaseHandler(begin)(Release(attempt_id=attempt))

    async with engine.connect() as connection:
        in_order = select(outbox).order_by(outbox.c.sequence)
        reserved, released = (await connection.execute(in_order)).all()
    assert (reserved.aggregate_id, reserved.sequence) == (str(attempt), 1)
    assert (released.name, released.sequence) == ("inventory.stock_released.v1", 2)
    assert from_json(reserved.body) == {
        "attempt_id": str(attempt),
        "lines": [{"sku": TEA, "quantity": {"units": 3}}],
    }


async def test_a_reservation_of_one_sku_takes_four_statements_the_shelf_last(
    engine: AsyncEngine, begin: Begin
) -> None:
    statements = noted(engine)

    await held(begin, tea=1)

    assert [" ".join(statement.split()[:3]) for statement in statements] == [
        "INSERT INTO inventory_reservations",
        "INSERT INTO inventory_reservation_lines",
        "INSERT INTO inventory_outbox",
        "UPDATE inventory_items SET",
    ]


async def test_what_is_held_becomes_the_orders_and_leaves_with_its_parcels(begin: Begin) -> None:
    attempt, order = await held(begin, tea=3), an_order()
    happened: list[tuple[Any, Event, tuple[int, int, int]]] = [
        (AllocateStock(), placed(attempt, order, a_line(TEA, 3)), (10, 0, 3)),
        (TakeStock(), shipped(order, a_line(TEA, 1)), (9, 0, 2)),
        (TakeStock(), shipped(order, a_line(TEA, 2), parcel_id="par_2"), (7, 0, 0)),
    ]

    for consumer, event, counters in happened:
        for _ in range(2):  # once more does nothing
            async with begin() as shelves:
                await consumer(shelves, event)
            item = await tea(begin)
            assert (item.units_on_hand, item.units_held, item.units_allocated) == counters


async def test_what_is_promised_to_an_order_is_not_held_for_another(begin: Begin) -> None:
    attempt, order = await held(begin, tea=8), an_order()
    async with begin() as shelves:
        await AllocateStock()(shelves, placed(attempt, order, a_line(TEA, 8)))

    with pytest.raises(OutOfStock) as refused:
        await held(begin, tea=3)

    assert refused.value.units_available == 2
    await held(begin, tea=2)


async def moved(begin: Begin, sku: Sku = TEA) -> list[tuple[str, int, int]]:
    """What is written down of a SKU since it was first counted, the oldest first."""
    async with begin() as shelves:
        newest = await shelves.movements(sku, None, 100)
    return [(one.reason, one.units, one.units_on_hand) for one in reversed(newest)][1:]


async def test_what_leaves_with_a_parcel_is_written_down_once(begin: Begin) -> None:
    attempt, order = await held(begin, tea=3, cup=1), an_order()
    async with begin() as shelves:
        await AllocateStock()(shelves, placed(attempt, order, a_line(TEA, 3), a_line(CUP)))

    for _ in range(2):
        async with begin() as shelves:
            await TakeStock()(shelves, shipped(order, a_line(TEA, 2), a_line(CUP)))

    assert await moved(begin) == [("shipped", -2, 8)]
    assert await moved(begin, CUP) == [("shipped", -1, 9)]
    async with begin() as shelves:
        movement, _ = await shelves.movements(TEA, None, 2)
    assert (movement.key, movement.order_id) == ("par_1", order)


async def test_where_more_leaves_than_was_counted_the_history_still_adds_up(begin: Begin) -> None:
    attempt, order = await held(begin, tea=3), an_order()
    async with begin() as shelves:
        await AllocateStock()(shelves, placed(attempt, order, a_line(TEA, 3)))
        await shelves.count([Count(sku=TEA, units_on_hand=1)], COUNTED)

    async with begin() as shelves:
        await TakeStock()(shelves, shipped(order, a_line(TEA, 3)))

    assert await moved(begin) == [("counted", -9, 1), ("shipped", -1, 0)]
    assert await tea(begin) == StockItem(TEA, units_on_hand=0)


async def test_holding_and_letting_go_are_not_written_down(begin: Begin) -> None:
    attempt = await held(begin, tea=3)

    await ReleaseHandler(begin)(Release(attempt_id=attempt))

    assert await moved(begin) == []


async def test_what_comes_back_is_on_the_shelf_again_once(begin: Begin) -> None:
    units = (ReturnedUnits(sku=TEA, restocked=2, written_off=1), ReturnedUnits(sku=CUP))
    event = returned(an_order(), *units)

    for _ in range(2):
        async with begin() as shelves:
            await RestockReturned()(shelves, event)

    assert await tea(begin) == StockItem(TEA, units_on_hand=12)
    assert sorted(await moved(begin)) == [("returned", 2, 12), ("written_off", 0, 12)]
    assert await moved(begin, CUP) == []
    async with begin() as shelves:
        movements = await shelves.movements(TEA, None, 2)
    assert {(one.key, one.order_id) for one in movements} == {("ret_1", event.order_id)}


async def test_what_came_back_by_mistake_leaves_the_shelf_again_once(begin: Begin) -> None:
    event = returned(an_order(), ReturnedUnits(sku=TEA, restocked=2, written_off=1))
    undone = GoodsNotReturned(**vars(event))
    with pytest.raises(OutOfStep):
        await taken_back(begin, undone)
    async with begin() as shelves:
        await RestockReturned()(shelves, event)

    for _ in range(2):
        await taken_back(begin, undone)

    assert await tea(begin) == StockItem(TEA, units_on_hand=10)
    assert sorted(await moved(begin)) == [
        ("not_returned", -2, 10),
        ("returned", 2, 12),
        ("written_off", 0, 12),
    ]


async def test_what_is_not_there_any_more_is_not_taken_back(begin: Begin) -> None:
    event = returned(an_order(), ReturnedUnits(sku=TEA, restocked=2))
    async with begin() as shelves:
        await RestockReturned()(shelves, event)
    async with begin() as shelves:
        await shelves.count([Count(sku=TEA, units_on_hand=1)], COUNTED)

    with pytest.raises(TooFewOnHand):
        await taken_back(begin, GoodsNotReturned(**vars(event)))

    assert await tea(begin) == StockItem(TEA, units_on_hand=1)


async def taken_back(begin: Begin, undone: GoodsNotReturned) -> None:
    async with begin() as shelves:
        await TakeBackReturned()(shelves, undone)


async def test_each_return_of_an_order_is_one_of_its_own(begin: Begin) -> None:
    order, one = an_order(), ReturnedUnits(sku=TEA, restocked=1)

    for return_id in ("ret_1", "ret_2"):
        async with begin() as shelves:
            await RestockReturned()(shelves, returned(order, one, return_id=return_id))

    assert await moved(begin) == [("returned", 1, 11), ("returned", 1, 12)]


async def test_what_was_never_on_a_shelf_does_not_come_back_to_it(begin: Begin) -> None:
    units = (ReturnedUnits(sku=CUP, restocked=1), ReturnedUnits(sku=Sku("POT"), restocked=1))

    with pytest.raises(UnknownSku):
        async with begin() as shelves:
            await RestockReturned()(shelves, returned(an_order(), *units))

    assert await moved(begin, CUP) == []


async def test_counting_many_takes_four_statements(engine: AsyncEngine, begin: Begin) -> None:
    new = tuple(Count(sku=Sku(f"POT-{number}"), units_on_hand=number) for number in range(40))
    known = tuple(replace(count, units_on_hand=3) for count in TEN_EACH)
    statements = noted(engine)

    async with begin() as shelves:
        await shelves.count((*new, *known), COUNTED)

    assert [" ".join(statement.split()[:3]) for statement in statements[1:]] == [
        "INSERT INTO inventory_items",
        "UPDATE inventory_items SET",
        "INSERT INTO inventory_movements",
    ]
    assert await moved(begin) == [("counted", -7, 3)]


async def test_what_a_cancelled_order_was_promised_is_free_again(begin: Begin) -> None:
    attempt, order = await held(begin, tea=3), an_order()
    async with begin() as shelves:
        await AllocateStock()(shelves, placed(attempt, order, a_line(TEA, 3)))

    for _ in range(2):
        async with begin() as shelves:
            await ReturnStock()(shelves, cancelled(attempt, order))

    assert await tea(begin) == StockItem(TEA, units_on_hand=10)


async def test_an_alarm_is_raised_over_what_is_held_for_too_long_and_over_nothing_else(
    begin: Begin,
) -> None:
    late, later, fresh, released, allocated = (
        AttemptId(uuid7(NOW - timedelta(seconds=ago))) for ago in (900, 600, 10, 900, 900)
    )
    for attempt in (later, late, fresh, released, allocated):
        await ReserveHandler(begin)(Reserve(attempt_id=attempt, lines=(a_line(TEA, 1),)))
    await ReleaseHandler(begin)(Release(attempt_id=released))
    async with begin() as shelves:
        await AllocateStock()(shelves, placed(allocated, an_order(), a_line(TEA, 1)))

    with logged() as lines:
        for _ in range(2):
            await WatchHolds(begin, lambda: NOW, timedelta(seconds=300))()

    alarms = [from_json(line) for line in lines.getvalue().splitlines()]
    names = [public("att", late), public("att", later)]
    assert [(one["level"], one["attempts"]) for one in alarms] == [("error", names)] * 2
    assert (await tea(begin)).units_held == 3


async def test_events_that_come_before_their_cause_are_told_to_come_again(begin: Begin) -> None:
    attempt, order = await held(begin, tea=3), an_order()

    happened: list[tuple[Any, Event]] = [
        (AllocateStock(), placed(an_attempt(), order, a_line(TEA, 3))),
        (ReturnStock(), cancelled(attempt, order)),
        (TakeStock(), shipped(order, a_line(TEA, 3))),
    ]

    for consumer, event in happened:
        with pytest.raises(OutOfStep):
            async with begin() as shelves:
                await consumer(shelves, event)

    assert await tea(begin) == StockItem(TEA, units_on_hand=10, units_held=3)


def noted(engine: AsyncEngine) -> list[str]:
    """The statements from now on, as they are sent."""
    statements: list[str] = []

    @listens_for(engine.sync_engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    return statements
