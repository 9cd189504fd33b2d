"""Returns with which nobody goes on, on a real database."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.ordering.approve_return import ApproveReturnHandler
from app.ordering.receive_return import ReceiveReturnHandler
from app.ordering.request_return import RequestReturnHandler
from app.ordering.watch_returns import WatchReturns
from domain.contracts.ordering import (
    ApproveReturn,
    LineUnits,
    OrderRevised,
    RequestReturn,
    ReturnStandsOtherwise,
)
from domain.ordering.goods_return import NOTHING_CAME, Return, ReturnId, ReturnState, return_id_of
from domain.ordering.order import Order
from domain.ordering.ports import Begin
from infrastructure.ordering.order_book import SqlOrderBook
from infrastructure.ordering.tables import orders, outbox
from infrastructure.shared.calls.wire import adapter
from infrastructure.shared.database.engines import transaction
from tests.logged import lines, logged
from tests.ordering.builders import NOW
from tests.ordering.test_goods_return import an_order, receipt

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
HOUR = timedelta(hours=1)
LINE = LineUnits(line_id="line_1", units=1)


@dataclass
class Desk:
    """Staff and a return of one bouquet, in a month that passes quickly."""

    engine: AsyncEngine
    begin: Begin
    order: Order = field(default_factory=an_order)
    now: datetime = NOW

    def clock(self) -> datetime:
        return self.now

    async def asked(self) -> str:
        async with self.begin() as book:
            await book.save_order(self.order)
        wish = RequestReturn(order_id=self.order.order_id, key="r", lines=(LINE,))
        return (await RequestReturnHandler(self.begin, self.clock)(wish)).return_id

    async def approve(self, name: str) -> None:
        await ApproveReturnHandler(self.begin)(ApproveReturn(return_id=name))

    async def approved(self) -> str:
        await self.approve(name := await self.asked())
        return name

    async def timed_out(self) -> str:
        name = await self.approved()
        for time in (WEEK + HOUR, MONTH - WEEK + HOUR):
            await self.pass_by(time)
        return name

    async def pass_by(self, time: timedelta) -> None:
        self.now += time
        await WatchReturns(self.begin, self.clock, WEEK, MONTH)()

    async def late(self, *, most: int) -> list[ReturnId]:
        async with self.begin() as book:
            return await book.late_returns(
                asked_before=self.now - WEEK,
                over_before=self.now - MONTH,
                reminded_before=self.now - (MONTH - WEEK),
                most=most,
            )

    async def goods_return(self, name: str) -> Return:
        async with self.begin() as book:
            return await book.goods_return(return_id_of(name))

    async def units_returning(self) -> int:
        async with self.begin() as book:
            return (await book.order(self.order.order_id)).lines[0].units_returning

    async def reminded(self) -> list[OrderRevised]:
        async with self.engine.connect() as connection:
            bodies = (await connection.execute(select(outbox.c.body))).scalars()
            told = [body for body in bodies if '"occasion":"return_reminder"' in body]
            return [adapter(OrderRevised).validate_json(body) for body in told]

    async def reminders(self) -> int:
        return len(await self.reminded())


@pytest.fixture
def desk(engine: AsyncEngine) -> Desk:
    return Desk(engine, partial(transaction, engine, SqlOrderBook))


async def test_the_buyer_is_reminded_once_of_goods_that_have_not_come(desk: Desk) -> None:
    await desk.approved()

    await desk.pass_by(WEEK - timedelta(hours=1))
    assert await desk.reminders() == 0
    await desk.pass_by(timedelta(hours=2))
    await desk.pass_by(timedelta(hours=2))

    assert await desk.reminders() == 1
    assert await desk.units_returning() == 1


async def test_the_buyer_is_told_of_which_goods_and_until_when(desk: Desk) -> None:
    await desk.approved()
    other = LineUnits(line_id="line_2", units=2)
    wish = RequestReturn(order_id=desk.order.order_id, key="undecided", lines=(other,))
    await RequestReturnHandler(desk.begin, desk.clock)(wish)

    await desk.pass_by(WEEK + HOUR)

    (told,) = await desk.reminded()
    assert (told.awaited, told.until) == ((LINE,), desk.now + MONTH - WEEK)


async def test_of_what_waits_for_staff_the_buyer_is_not_reminded(desk: Desk) -> None:
    name = await desk.asked()

    await desk.pass_by(WEEK + timedelta(hours=1))

    assert await desk.reminders() == 0
    assert (await desk.goods_return(name)).reminded_at == desk.now


async def test_what_has_not_come_in_time_is_not_awaited_any_more(desk: Desk) -> None:
    name = await desk.timed_out()

    await desk.pass_by(MONTH)

    found = await desk.goods_return(name)
    assert (found.state, found.decision) == (ReturnState.CANCELLED, NOTHING_CAME)
    assert await desk.units_returning() == 0
    assert await desk.reminders() == 1


@pytest.mark.parametrize("rounds", [(20,), (7, 20), (31,), (7, 31), (7, 20, 29)])
async def test_whose_return_is_approved_late_is_reminded_and_has_as_long_as_others(
    desk: Desk, rounds: tuple[int, ...]
) -> None:
    name = await desk.asked()
    for day in rounds:
        await desk.pass_by(NOW + timedelta(days=day) + HOUR - desk.now)
    await desk.approve(name)

    await desk.pass_by(timedelta(minutes=1))
    in_time = desk.now + MONTH - WEEK
    await desk.pass_by(MONTH - WEEK - HOUR)

    assert [told.until for told in await desk.reminded()] == [in_time]
    assert (await desk.goods_return(name)).state == ReturnState.APPROVED
    await desk.pass_by(HOUR * 2)
    assert (await desk.goods_return(name)).state == ReturnState.CANCELLED


async def test_nothing_ends_before_its_buyer_was_reminded_however_old_it_is(desk: Desk) -> None:
    name = await desk.approved()

    await desk.pass_by(MONTH * 2)

    assert await desk.reminders() == 1
    assert (await desk.goods_return(name)).state == ReturnState.APPROVED


async def test_what_is_not_over_yet_keeps_no_late_one_from_being_found(desk: Desk) -> None:
    await desk.approved()
    await desk.pass_by(MONTH * 2)

    assert await desk.late(most=9) == []


async def test_one_that_fails_as_nobody_foresaw_holds_up_no_other(desk: Desk) -> None:
    bad, good = await desk.approved(), await Desk(desk.engine, desk.begin).approved()
    async with desk.engine.begin() as connection:
        its = orders.c.order_id == desk.order.order_id
        await connection.execute(update(orders).where(its).values(currency="xyz"))

    with logged() as said:
        await desk.pass_by(WEEK + HOUR)

    assert (await desk.goods_return(good)).reminded_at == desk.now
    (line,) = (line for line in lines(said) if line["event"] == "return failed")
    assert line["return_id"] == bad


async def test_goods_that_come_after_their_time_are_not_taken_under_that_return(desk: Desk) -> None:
    name = await desk.timed_out()
    found = await desk.goods_return(name)

    with pytest.raises(ReturnStandsOtherwise):
        await ReceiveReturnHandler(desk.begin, desk.clock)(receipt(found, line_1=(1, 0)))

    assert await desk.goods_return(name) == found


@pytest.mark.parametrize("state", [ReturnState.REQUESTED, ReturnState.RECEIVED])
async def test_what_waits_for_staff_never_times_out(desk: Desk, state: ReturnState) -> None:
    name = await (desk.asked if state == ReturnState.REQUESTED else desk.approved)()
    if state == ReturnState.RECEIVED:
        came = receipt(await desk.goods_return(name), line_1=(1, 0))
        await ReceiveReturnHandler(desk.begin, desk.clock)(came)

    await desk.pass_by(MONTH * 2)

    assert (await desk.goods_return(name)).state == state


async def test_a_late_one_is_found_behind_many_that_are_done_with(desk: Desk) -> None:
    name = await desk.timed_out()
    assert await desk.late(most=9) == []

    again = RequestReturn(order_id=desk.order.order_id, key="again", lines=(LINE,))
    found = await RequestReturnHandler(desk.begin, desk.clock)(again)
    desk.now += WEEK + HOUR

    assert await desk.late(most=9) == [return_id_of(found.return_id)]
    assert found.return_id != name
