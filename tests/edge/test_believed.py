"""What is believed for a moment, and who waits for whose answer."""

from asyncio import Event, create_task, gather, sleep

import pytest

from app.edge.believed import Believed
from domain.shared.model import OutcomeUnknown


class Oracle:
    """Says how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.may_answer = Event()
        self.may_answer.set()
        self.was_asked = Event()
        self.failure: Exception | None = None

    async def __call__(self, asked: str) -> int:
        self.asked.append(asked)
        self.was_asked.set()
        await self.may_answer.wait()
        if self.failure:
            raise self.failure
        return len(self.asked)


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_an_answer_is_believed_for_half_a_second() -> None:
    oracle, watch = Oracle(), Watch()
    believed = Believed(oracle, now=watch)
    assert [await believed("a"), await believed("a")] == [1, 1]

    watch.now = 0.5

    assert await believed("a") == 2


async def test_it_is_as_old_as_the_question() -> None:
    """An answer that was long on its way may have been true only when it set out."""
    oracle, watch = Oracle(), Watch()
    believed = Believed(oracle, now=watch)
    oracle.may_answer.clear()
    asking = create_task(believed("a"))
    await oracle.was_asked.wait()

    watch.now = 0.5
    oracle.may_answer.set()

    assert [await asking, await believed("a")] == [1, 2]


async def test_only_so_many_answers_are_kept() -> None:
    oracle = Oracle()
    believed = Believed(oracle, most=2, now=Watch())
    for asked in ("a", "b", "c"):
        await believed(asked)
    oracle.asked.clear()

    for asked in ("c", "b", "a"):
        await believed(asked)

    assert oracle.asked == ["a"]


async def test_a_crowd_asks_once() -> None:
    oracle = Oracle()
    believed = Believed(oracle)
    oracle.may_answer.clear()
    asking = [create_task(believed("a")) for _ in range(50)]
    await oracle.was_asked.wait()

    oracle.may_answer.set()

    assert set(await gather(*asking)) == {1}
    assert oracle.asked == ["a"]


async def test_a_failure_is_told_to_all_who_wait_and_not_believed() -> None:
    oracle = Oracle()
    believed = Believed(oracle)
    oracle.may_answer.clear()
    oracle.failure = OutcomeUnknown("away")
    asking = [create_task(believed("a")) for _ in range(3)]
    await oracle.was_asked.wait()
    oracle.may_answer.set()
    told = await gather(*asking, return_exceptions=True)
    assert [type(one) for one in told] == [OutcomeUnknown] * 3

    oracle.failure = None

    assert await believed("a") == 2


async def test_who_leaves_does_not_take_the_others_along() -> None:
    oracle = Oracle()
    believed = Believed(oracle)
    oracle.may_answer.clear()
    first, second = create_task(believed("a")), create_task(believed("a"))
    await oracle.was_asked.wait()
    await sleep(0)

    first.cancel()

    with pytest.raises(OutcomeUnknown):
        await second
    oracle.may_answer.set()
    assert await believed("a") == 2


async def test_who_only_waits_may_leave() -> None:
    oracle = Oracle()
    believed = Believed(oracle)
    oracle.may_answer.clear()
    first = create_task(believed("a"))
    await oracle.was_asked.wait()
    second = create_task(believed("a"))
    await sleep(0)

    second.cancel()
    oracle.may_answer.set()

    assert await first == 1
