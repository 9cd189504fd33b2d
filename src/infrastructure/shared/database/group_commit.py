"""What many want written at one moment is written at once: one statement and one commit for all."""

from asyncio import Future, Task, create_task, current_task, get_running_loop
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.shared.model import Conflict
from infrastructure.shared.database.engines import require_no_transaction
from infrastructure.shared.database.statements import issue_as, issuer

MOST = 5
"""Written at once. Each number is a statement of its own, planned once for a line; those of more are
longer than what psycopg remembers having read.
"""
WRITERS = 4
PATIENCE_SECONDS = 0.1
"""Another writer begins where one takes longer: a line that hangs does not hold up all."""
Asked = TypeVar("Asked")
Told = TypeVar("Told")


@dataclass(frozen=True)
class _Waiting(Generic[Asked, Told]):
    asked: Asked
    told: Future[Told]


class GroupCommit(Generic[Asked, Told]):
    """`write` is told of some, and tells of each in turn, when all of them are committed.

    Nobody waits for others to come: who comes while some are being written is of the next. Each is
    answered when its own is committed, as if it had been alone. Where some fail together, each is
    written alone, and fails alone. Who does not wait any longer may find it written, or not.
    """

    def __init__(self, write: Callable[[Sequence[Asked]], Awaitable[Sequence[Told]]]) -> None:
        self._write = write
        self._waiting: deque[_Waiting[Asked, Told]] = deque()
        self._writers = set[Task[None] | None]()
        self._late = set[Task[None] | None]()

    async def __call__(self, asked: Asked) -> Told:
        require_no_transaction("a write with others")
        told: Future[Told] = get_running_loop().create_future()
        self._waiting.append(_Waiting(asked, told))
        self._see_to_them()
        return await told

    def _see_to_them(self) -> None:
        """Begin a writer where some wait, and those at work are all late."""
        if self._waiting and self._writers == self._late and len(self._writers) < WRITERS:
            self._begin()

    def _begin(self) -> None:
        """In nobody's name: a writer goes on with what others ask for."""
        alone = Context()
        alone.run(issue_as, issuer())
        self._writers.add(create_task(self._work(), context=alone))

    async def _work(self) -> None:
        try:
            while some := self._next():
                await self._write_some(some)
        finally:  # in one step with having found nobody: who comes now begins another
            self._writers.discard(current_task())

    def _next(self) -> list[_Waiting[Asked, Told]]:
        """Without those who do not wait any longer."""
        some: list[_Waiting[Asked, Told]] = []
        while self._waiting and len(some) < MOST:
            if not (one := self._waiting.popleft()).told.done():
                some.append(one)
        return some

    async def _write_some(self, some: list[_Waiting[Asked, Told]]) -> None:
        try:
            answers = await self._written([one.asked for one in some])
        except Exception as failure:  # noqa: BLE001  # it is told to who waits
            if len(some) == 1 or isinstance(failure, Conflict):
                _fail(some, failure)
                return
            for one in some:
                if not one.told.done():
                    await self._write_some([one])
        except BaseException:  # the process ends
            for one in some:
                one.told.cancel()
            raise
        else:
            for one, answer in zip(some, answers, strict=True):
                if not one.told.done():
                    one.told.set_result(answer)

    async def _written(self, asked: Sequence[Asked]) -> Sequence[Told]:
        """One timer for each write, not for each who waits: those who came before it is late are
        seen to when it is, and those who come later at once.
        """
        writer = current_task()

        def is_late() -> None:
            self._late.add(writer)
            self._see_to_them()

        timer = get_running_loop().call_later(PATIENCE_SECONDS, is_late)
        try:
            return await self._write(asked)
        finally:
            timer.cancel()
            self._late.discard(writer)


def _fail(some: list[_Waiting[Asked, Told]], failure: Exception) -> None:
    for one in some:
        if not one.told.done():
            one.told.set_exception(failure)
