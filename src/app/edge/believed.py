"""Answers that are believed for a moment: what everybody asks all the time is asked once in it."""

from asyncio import Future, get_running_loop, shield
from collections.abc import Awaitable, Callable, Hashable
from time import monotonic
from typing import Generic, TypeVar

from domain.shared.model import OutcomeUnknown

MOST, SECONDS = 10_000, 0.5
Asked = TypeVar("Asked", bound=Hashable)
Answer = TypeVar("Answer")


class Believed(Generic[Asked, Answer]):
    """Answers to `ask`, none of them older than these seconds, and only so many.

    Who asks while the same is being asked waits for that answer, unless it was asked for so long ago
    that it would not be believed. A failure is not believed: whoever asks next asks anew.
    """

    def __init__(
        self,
        ask: Callable[[Asked], Awaitable[Answer]],
        *,
        seconds: float = SECONDS,
        most: int = MOST,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._ask, self._seconds, self._most, self._now = ask, seconds, most, now
        self._known: dict[Asked, tuple[float, Answer]] = {}
        self._asking: dict[Asked, tuple[float, Future[Answer]]] = {}

    async def __call__(self, asked: Asked) -> Answer:
        if (known := self._known.get(asked)) and self._now() < known[0]:
            return known[1]
        if (asking := self._asking.get(asked)) and self._now() < asking[0]:
            under_way = asking[1]
            if under_way.get_loop() is get_running_loop():
                return await shield(under_way)
        return await self._anew(asked)

    async def _anew(self, asked: Asked) -> Answer:
        self._known.pop(asked, None)
        told: Future[Answer] = get_running_loop().create_future()
        until = self._now() + self._seconds  # it was true when it was asked for, not when it came
        asking = self._asking[asked] = until, told
        try:
            answer = await self._ask(asked)
        except BaseException as why:
            told.set_exception(why if isinstance(why, Exception) else OutcomeUnknown("broken off"))
            told.exception()  # nobody may have waited for it
            raise
        else:
            told.set_result(answer)
            self._keep(asked, until, answer)
            return answer
        finally:
            if self._asking.get(asked) is asking:
                del self._asking[asked]

    def _keep(self, asked: Asked, until: float, answer: Answer) -> None:
        while len(self._known) >= self._most:
            del self._known[next(iter(self._known))]  # the oldest
        self._known[asked] = until, answer
