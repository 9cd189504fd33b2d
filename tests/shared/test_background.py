"""What a process does by itself: routines, and tasks that outlive who asked for them."""

from asyncio import CancelledError, Event, sleep, timeout
from contextvars import ContextVar

import pytest

from domain.shared.model import Conflict
from infrastructure.shared.database.engines import only_transaction
from infrastructure.shared.database.statements import issued_by, issuer
from infrastructure.shared.envelope import Envelope, carrying, current
from infrastructure.shared.routines.routine import Routine, stop_all
from infrastructure.shared.tasks import Tasks

ambient: ContextVar[str] = ContextVar("ambient", default="nothing")


class Work:
    """Counts how often it was done, and tells."""

    def __init__(self, *failures: Exception) -> None:
        self.times, self.failures, self.done = 0, list(failures), Event()

    async def __call__(self) -> None:
        self.times += 1
        self.done.set()
        if self.failures:
            raise self.failures.pop(0)

    async def again(self) -> None:
        self.done.clear()
        async with timeout(60):
            await self.done.wait()


async def test_statements_of_a_routine_bear_its_name() -> None:
    names: list[str] = []
    worked = Event()

    async def work() -> None:
        names.append(issuer())
        worked.set()

    routine = Routine("ordering relay", work, every_seconds=60)
    routine.start()
    async with timeout(60):
        await worked.wait()
    await routine.stop()

    assert names == ["ordering relay"]
    assert issuer() == ""


async def test_a_task_goes_on_under_the_name_of_who_began_it() -> None:
    names: list[str] = []
    tasks = Tasks()

    async def work() -> None:
        names.append(issuer())

    with issued_by("ordering.complete_checkout"):
        tasks(work(), seconds=60)
    await tasks.drain(5)

    assert names == ["ordering.complete_checkout"]


async def test_a_routine_works_at_once_and_when_it_is_woken() -> None:
    work, bell = Work(), Event()
    routine = Routine("test", work, every_seconds=60, bell=bell)

    routine.start()
    await work.again()
    bell.set()
    await work.again()
    await routine.stop()

    assert work.times == 2


@pytest.mark.parametrize("failure", [ZeroDivisionError(), Conflict()])
async def test_a_routine_outlives_its_failures(failure: Exception) -> None:
    work = Work(failure)
    routine = Routine("test", work, every_seconds=0.01)

    routine.start()
    await work.again()
    await work.again()
    await routine.stop()

    assert work.times >= 2


async def test_a_stopped_routine_finishes_what_it_has_begun() -> None:
    began, may_end, ended = Event(), Event(), Event()

    async def work() -> None:
        began.set()
        await may_end.wait()
        ended.set()

    routine = Routine("test", work, every_seconds=60)
    routine.start()
    async with timeout(60):
        await began.wait()
        may_end.set()
        await routine.stop()

    assert ended.is_set()


async def test_routines_that_do_not_end_are_waited_for_all_together() -> None:
    may_end, broken_off = Event(), 0

    async def work() -> None:
        nonlocal broken_off
        try:
            await may_end.wait()
        except CancelledError:
            broken_off += 1
            await may_end.wait()  # as a driver does that waits for a silent database

    stuck = [Routine("test", work, every_seconds=60) for _ in range(60)]
    for routine in stuck:
        routine.start()
    await sleep(0)

    async with timeout(30):
        await stop_all(stuck, seconds=0.2)

    assert broken_off == len(stuck)
    may_end.set()
    await stop_all(stuck)


async def test_a_task_outlives_its_deadline_giver_and_carries_who_asked() -> None:
    seen: list[tuple[str, str, float]] = []
    done = Event()

    async def work() -> None:
        seen.append((current().actor, ambient.get(), current().deadline))
        done.set()

    ambient.set("the asker's")
    with carrying(asked := Envelope.opened(actor="customer:7", seconds=0)):
        Tasks()(work(), seconds=60)
    async with timeout(60):
        await done.wait()

    ((actor, ambient_seen, deadline),) = seen
    assert (actor, ambient_seen) == ("customer:7", "nothing")
    assert deadline > asked.deadline + 50


async def test_no_task_is_begun_inside_an_open_transaction() -> None:
    async def work() -> None:
        raise AssertionError("it ran")

    with only_transaction(), pytest.raises(RuntimeError, match="inside an open transaction"):
        Tasks()(work(), seconds=1)


async def test_draining_lets_tasks_end_and_ends_those_that_do_not() -> None:
    tasks, may_end, ended = Tasks(), Event(), Event()

    async def quick() -> None:
        await may_end.wait()
        ended.set()

    async def endless() -> None:
        await Event().wait()

    tasks(quick(), seconds=60)
    tasks(endless(), seconds=60)
    await sleep(0)
    may_end.set()

    assert await tasks.drain(0.2) == 1
    assert ended.is_set()
    assert await tasks.drain(0.2) == 0
