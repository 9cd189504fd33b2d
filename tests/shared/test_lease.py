"""One of many does a context's routines, and another when it is gone."""

from asyncio import Event, gather, timeout
from time import monotonic

import pytest
from sqlalchemy import MetaData, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from infrastructure.inventory.tables import leases as other_table
from infrastructure.ordering.tables import leases as table
from infrastructure.shared.routines.lease import Lease, Leases, lease_table
from infrastructure.shared.routines.routine import Routine
from tests.journeys.waiting import wait_for
from tests.statements import counted

SHORT = 0.3


class Holder:
    """A process that wants the lease."""

    def __init__(self, engine: AsyncEngine, name: str, seconds: float = 60) -> None:
        self.lease = Lease(table)
        self.leases = Leases(engine, [self.lease], name, seconds)

    async def asks(self) -> bool:
        await self.leases.keep()
        return self.lease.is_held


async def epoch(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        found = (await connection.execute(select(table.c.epoch))).scalar_one()
    assert isinstance(found, int)
    return found


async def test_who_comes_first_holds_it_and_may_go_on(engine: AsyncEngine) -> None:
    first, second = Holder(engine, "first"), Holder(engine, "second")

    assert await first.asks()
    assert not await second.asks()
    assert await first.asks()

    assert await epoch(engine) == 1


async def test_of_many_who_ask_at_once_one_holds_it(engine: AsyncEngine) -> None:
    many = [Holder(engine, str(number)) for number in range(5)]

    held = await gather(*(one.asks() for one in many))

    assert sum(held) == 1
    assert await epoch(engine) == 1


async def test_what_is_given_back_can_be_had_at_once(engine: AsyncEngine) -> None:
    first, second = Holder(engine, "first"), Holder(engine, "second")
    await first.asks()

    await first.leases.release()

    assert not first.lease.is_held
    assert await second.asks()
    assert await epoch(engine) == 2


async def test_nobody_gives_back_what_another_holds(engine: AsyncEngine) -> None:
    first, second, third = (Holder(engine, name) for name in ("first", "second", "third"))
    await first.asks()

    await second.leases.release()

    assert not await third.asks()


async def test_who_is_silent_lets_go_before_another_can_take_it(engine: AsyncEngine) -> None:
    first, second = Holder(engine, "first", SHORT), Holder(engine, "second")
    await first.asks()
    asked_at = monotonic()

    async with timeout(60):
        while not await second.asks():
            assert monotonic() < asked_at + SHORT + 2

    assert monotonic() >= asked_at + SHORT - 0.05
    assert not first.lease.is_held
    assert not await first.asks()
    assert await epoch(engine) == 2


async def test_all_ask_for_leases_in_one_order(engine: AsyncEngine) -> None:
    both = [Lease(table), Lease(other_table)]
    await Leases(engine, both, "first").keep()

    with counted(engine) as one_way:
        await Leases(engine, both, "first").keep()
    with counted(engine) as other_way:
        await Leases(engine, both[::-1], "first").keep()

    assert len(one_way) == 2
    assert one_way == other_way


async def test_a_taking_that_broke_off_is_begun_anew(engine: AsyncEngine) -> None:
    lease, missing = Lease(table), Lease(lease_table(MetaData(), "nowhere"))
    with pytest.raises(DBAPIError):
        await Leases(engine, [lease, missing], "first").keep()
    assert not lease.is_held

    await Leases(engine, [lease], "first").keep()

    assert lease.is_held


async def test_who_hears_that_another_has_it_lets_go(engine: AsyncEngine) -> None:
    first = Holder(engine, "first")
    await first.asks()
    async with engine.begin() as connection:  # as a database does that has lost the last moments
        await connection.execute(update(table).values(holder="second"))

    assert not await first.asks()


async def test_a_routine_is_done_where_its_lease_is_held_and_begins_when_it_is_taken(
    engine: AsyncEngine,
) -> None:
    holder, done = Holder(engine, "first"), Event()

    async def work() -> None:
        done.set()

    bell = Event()
    routine = Routine("test", work, bell=bell, lease=holder.lease)
    routine.start()
    bell.set()
    await wait_for("the routine to hear its bell", lambda: not bell.is_set())
    assert not done.is_set()

    await holder.asks()

    async with timeout(60):
        await done.wait()
    await routine.stop()
