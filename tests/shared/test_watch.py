"""What no bell was rung for is found, where it is to be done."""

from asyncio import Event, timeout
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from infrastructure.ordering.tables import leases, outbox
from infrastructure.shared.database import transaction
from infrastructure.shared.lease import Lease
from infrastructure.shared.relay import Relay
from infrastructure.shared.routine import Routine
from infrastructure.shared.watch import Watch, Watched
from tests.journeys.waiting import wait_for
from tests.statements import counted

AT = datetime(2026, 4, 8, tzinfo=UTC)


class Working:
    """A routine with the outbox of ordering to see to."""

    def __init__(self, engine: AsyncEngine, *, fails: bool = False) -> None:
        self.times, self.fails, self.lease, self.bell = 0, fails, Lease(leases), Event()
        self.routine = Routine("test", self, bell=self.bell, lease=self.lease)
        self.watch = Watch(engine, [Watched(self.routine, Relay(engine, outbox, {}).waiting)])

    async def __call__(self) -> bool:
        self.times += 1
        return not self.fails

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


async def test_a_routine_that_failed_is_left_to_its_pause(engine: AsyncEngine) -> None:
    working = Working(engine, fails=True)
    working.lease.hold(float("inf"))
    working.routine.start()
    await working.has_worked(1)
    await an_event(engine)

    await working.watch.look()

    assert not working.bell.is_set()
    async with timeout(5):
        await working.routine.stop()


async def test_where_nothing_is_to_be_done_nobody_looks(engine: AsyncEngine) -> None:
    working = Working(engine)
    await an_event(engine)

    with counted(engine) as said:
        await working.watch.look()

    assert said == []
    assert not working.bell.is_set()
