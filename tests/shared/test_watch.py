"""What no bell was rung for is found, where it is to be done."""

from asyncio import Event, timeout
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.container import Container
from app.house import opened
from app.settings import Settings
from infrastructure.ordering.tables import leases, outbox
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.events.posted import NotTaken, Posted
from infrastructure.shared.events.relay import Relay
from infrastructure.shared.routines.lease import Lease
from infrastructure.shared.routines.routine import Routine
from infrastructure.shared.routines.watch import LOOK_AGAIN_SECONDS, LOOK_SECONDS, Watch, Watched
from tests.conftest import a_shop
from tests.journeys.waiting import wait_for
from tests.statements import counted

AT = datetime(2026, 4, 8, tzinfo=UTC)


class Working:
    """A routine with the outbox of ordering to see to."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        fails: bool = False,
        relay: Relay | None = None,
        is_soon_done: Callable[[], bool] = lambda: True,
    ) -> None:
        self.times, self.fails, self.lease, self.bell = 0, fails, Lease(leases), Event()
        self.routine = Routine("test", self, bell=self.bell, lease=self.lease)
        self.relay = relay
        waiting = Relay(engine, outbox, {}).waiting
        self.watch = Watch(engine, [Watched(self.routine, waiting, is_soon_done)])

    async def __call__(self) -> bool:
        is_well = not self.fails and (not self.relay or await self.relay.send_waiting())
        self.times += 1
        return is_well

    async def has_worked(self, times: int) -> None:
        await wait_for("work", lambda: self.times >= times)


async def an_event(engine: AsyncEngine, *, sent_at: datetime | None = None) -> None:
    row = {"id": uuid4(), "name": "ordering.told.v1", "aggregate_id": str(uuid4()), "sequence": 1}
    text = {"actor": "", "traceparent": "", "body": "{}"}
    async with transaction(engine, itself) as connection:
        told = insert(outbox).values(**row, **text, occurred_at=AT, sent_at=sent_at)
        await connection.execute(told)


def itself(connection: AsyncConnection) -> AsyncConnection:
    return connection


async def test_a_routine_is_woken_for_what_waits_and_for_nothing_else(engine: AsyncEngine) -> None:
    working = Working(engine)
    working.lease.hold(float("inf"))
    working.routine.start()
    await working.has_worked(1)
    await an_event(engine, sent_at=AT)

    await working.watch.look()
    assert not working.bell.is_set()
    await an_event(engine)
    await working.watch.look()

    await working.has_worked(2)
    await working.routine.stop()


async def test_who_finds_what_nobody_rang_for_looks_again_soon(engine: AsyncEngine) -> None:
    working = Working(engine)
    working.lease.hold(float("inf"))
    working.routine.start()
    await working.has_worked(1)
    await working.watch.look()
    assert working.watch.pause() == LOOK_SECONDS

    await an_event(engine)
    await working.watch.look()

    assert working.watch.pause() == LOOK_AGAIN_SECONDS
    await working.routine.stop()


@pytest.mark.parametrize("refused", [True, False])
async def test_what_is_left_waiting_is_not_looked_for_all_the_time(
    engine: AsyncEngine, *, refused: bool
) -> None:
    """An event that is set aside; or what a routine may not do yet."""

    async def listener(batch: Sequence[Posted]) -> None:
        raise NotTaken(batch[0], "too large")

    relay = Relay(engine, outbox, {"ordering.told.v1": {"listener": listener}})
    working = (
        Working(engine, relay=relay, is_soon_done=relay.passes_all)
        if refused
        else Working(engine, is_soon_done=lambda: False)
    )
    await an_event(engine)
    working.lease.hold(float("inf"))
    working.routine.start()
    await working.has_worked(1)

    for looks in (1, 2, 3):
        await working.watch.look()
        await working.has_worked(1 + looks)
        assert working.watch.pause() == LOOK_SECONDS

    await working.routine.stop()


async def test_what_somebody_rang_for_is_looked_for_no_sooner(engine: AsyncEngine) -> None:
    working = Working(engine)
    working.lease.hold(float("inf"))
    working.routine.start()
    await working.has_worked(1)
    await an_event(engine)

    working.bell.set()
    await working.watch.look()

    assert working.watch.pause() == LOOK_SECONDS
    await working.routine.stop()


async def test_a_routine_that_failed_is_left_to_its_pause(engine: AsyncEngine) -> None:
    working = Working(engine, fails=True)
    working.lease.hold(float("inf"))
    working.routine.start()
    await working.has_worked(1)
    await an_event(engine)

    await working.watch.look()

    assert not working.bell.is_set()
    async with timeout(60):
        await working.routine.stop()


async def test_where_nothing_is_to_be_done_nobody_looks(engine: AsyncEngine) -> None:
    working = Working(engine)
    await an_event(engine)

    with counted(engine) as said:
        await working.watch.look()

    assert said == []
    assert not working.bell.is_set()


async def test_what_another_host_tells_is_looked_for_soon_and_what_may_wait_is_not(
    tmp_path: Path,
) -> None:
    settings = Settings(**a_shop(tmp_path))

    async with opened(settings, Container()) as house:
        watched = [one for context in settings.contexts for one in house.kept(context).watched]
        often = {one.routine.name for one in watched if one.is_soon_done()}

    names = {one.routine.name for one in watched}
    assert often == {name for name in names if name.endswith(" relay")}
    assert "ordering relay" in often < names
