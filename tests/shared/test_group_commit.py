"""What is written together is told to each as if it had been written alone."""

from asyncio import CancelledError, Event, Task, create_task, gather, sleep, timeout
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random

import pytest

from domain.shared.model import Conflict
from infrastructure.shared.database.engines import only_transaction
from infrastructure.shared.database.group_commit import MOST, WRITERS, GroupCommit
from tests.journeys.waiting import wait_for


@dataclass
class Ledger:
    """Is written to in steps: what is begun is committed when that is let go."""

    is_open: Event = field(default_factory=Event)
    begun: list[list[int]] = field(default_factory=list)
    committed: set[int] = field(default_factory=set)
    failures: dict[int, Exception] = field(default_factory=dict)
    quick: set[int] = field(default_factory=set)

    async def write(self, some: Sequence[int]) -> Sequence[str]:
        self.begun.append(list(some))
        if not self.quick.issuperset(some):
            await self.is_open.wait()
        for one in some:
            if failure := self.failures.get(one):
                raise failure
        self.committed.update(some)
        return [f"wrote {one}" for one in some]

    def has_begun(self, writes: int) -> bool:
        return len(self.begun) >= writes


@dataclass
class Crowd:
    together: GroupCommit[int, str]
    tasks: list[Task[str]] = field(default_factory=list)

    async def comes(self, *numbers: int) -> None:
        self.tasks += [create_task(self.together(one)) for one in numbers]
        for _ in range(3):  # those who come, and whoever writes for them, are as far as they can be
            await sleep(0)


def a_crowd() -> tuple[Ledger, Crowd]:
    ledger = Ledger()
    return ledger, Crowd(GroupCommit(ledger.write))


async def test_who_comes_while_others_are_written_is_of_the_next_and_nobody_waits_for_more() -> (
    None
):
    ledger, crowd = a_crowd()
    await crowd.comes(0)
    late = range(1, MOST + 2)

    await crowd.comes(*late)
    alone = [list(some) for some in ledger.begun]
    ledger.is_open.set()
    async with timeout(60):
        told = await gather(*crowd.tasks)

    assert alone == [[0]]
    assert [len(some) for some in ledger.begun] == [1, MOST, 1]
    assert told == [f"wrote {one}" for one in (0, *late)]


async def test_a_write_that_hangs_holds_up_nobody_for_long_whenever_they_came() -> None:
    ledger, crowd = a_crowd()

    for turn in range(WRITERS):
        await crowd.comes(2 * turn, 2 * turn + 1)
        await wait_for("another writer", partial(ledger.has_begun, turn + 1))
    await crowd.comes(8)

    assert ledger.begun == [[0, 1], [2, 3], [4, 5], [6, 7]]
    ledger.is_open.set()
    async with timeout(60):
        await gather(*crowd.tasks)
    assert ledger.begun[WRITERS:] == [[8]]


async def test_who_comes_when_another_has_just_written_is_not_held_up_either() -> None:
    ledger, crowd = a_crowd()
    ledger.quick = {1, 2}
    await crowd.comes(0)
    await crowd.comes(1)
    async with timeout(60):
        await crowd.tasks[1]
        await crowd.comes(2)

        assert await crowd.tasks[2] == "wrote 2"

    assert ledger.begun == [[0], [1], [2]]
    ledger.is_open.set()
    await crowd.tasks[0]


async def test_nobody_is_answered_before_what_they_asked_for_is_committed() -> None:
    ledger, crowd = a_crowd()

    await crowd.comes(1, 2, 3)

    assert ledger.begun
    assert not any(task.done() for task in crowd.tasks)
    ledger.is_open.set()
    async with timeout(60):
        await gather(*crowd.tasks)
    assert ledger.committed == {1, 2, 3}


async def test_what_fails_fails_alone() -> None:
    ledger, crowd = a_crowd()
    ledger.failures[5] = ValueError("this cannot be written")
    await crowd.comes(*range(8))

    ledger.is_open.set()
    async with timeout(60):
        told = await gather(*crowd.tasks, return_exceptions=True)

    assert told[5] is ledger.failures[5]
    assert told[:5] + told[6:] == [f"wrote {one}" for one in range(8) if one != 5]


async def test_those_who_collide_are_all_told_to_try_again() -> None:
    ledger, crowd = a_crowd()
    ledger.failures[3] = Conflict()
    await crowd.comes(*range(MOST))

    ledger.is_open.set()
    async with timeout(60):
        told = await gather(*crowd.tasks, return_exceptions=True)

    with_it = next(some for some in ledger.begun if 3 in some)
    assert len(with_it) > 1
    assert {at for at, answer in enumerate(told) if isinstance(answer, Conflict)} == set(with_it)
    assert len(ledger.begun) == 1


async def test_who_has_left_before_it_was_begun_is_not_written() -> None:
    ledger, crowd = a_crowd()
    await crowd.comes(0)
    await crowd.comes(8, 9)

    crowd.tasks[-1].cancel()
    ledger.is_open.set()
    async with timeout(60):
        await gather(*crowd.tasks, return_exceptions=True)

    assert ledger.committed == {0, 8}


async def test_nobody_is_forgotten_however_they_come_and_go() -> None:
    by_chance = Random(7)  # noqa: S311  # the same each time
    done: list[int] = []

    async def write(some: Sequence[int]) -> Sequence[int]:
        for _ in range(by_chance.randrange(3)):
            await sleep(0)
        if by_chance.random() < 0.1:
            raise Conflict
        done.extend(some)
        return some

    together = GroupCommit(write)

    async def one(number: int) -> bool:
        for _ in range(by_chance.randrange(6)):
            await sleep(0)
        task = create_task(together(number))
        if by_chance.random() < 0.2:
            await sleep(0)
            task.cancel()
        try:
            return await task == number
        except (Conflict, CancelledError):
            return True

    async with timeout(60):
        for few in range(0, 3000, 3):  # nobody comes later who would wake them
            assert all(await gather(*(one(number) for number in range(few, few + 3))))

    assert len(set(done)) == len(done) > 2000


async def test_nobody_waits_for_others_inside_a_transaction() -> None:
    _, crowd = a_crowd()

    with only_transaction(), pytest.raises(RuntimeError, match="open transaction"):
        await crowd.together(1)
