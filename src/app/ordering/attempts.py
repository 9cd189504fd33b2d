"""Attempts under way in this process, and those who wait for them."""

from asyncio import Future, get_running_loop, shield, sleep
from collections.abc import Awaitable

from domain.contracts.ordering import Answer
from domain.ordering.ports import Begin, Spawn
from domain.shared.model import Conflict, OutcomeUnknown, Refusal, TryAgainLater
from domain.shared.values import AttemptId

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.05, 0.5


class Attempts:
    """Each is driven in a task of the application's: a client that leaves does not end it."""

    def __init__(self, begin: Begin, spawn: Spawn, seconds: float) -> None:
        self._begin, self._spawn, self._seconds = begin, spawn, seconds
        self._running: dict[AttemptId, Future[Answer | None]] = {}

    def start(self, attempt_id: AttemptId, drive: Awaitable[Answer | None]) -> None:
        """Drive it here, within bounds; what is not done by then is left to recovery."""
        waiting: Future[Answer | None] = get_running_loop().create_future()
        self._running[attempt_id] = waiting

        async def to_its_end() -> None:
            answer = None
            try:
                answer = await drive
            except (Conflict, OutcomeUnknown, Refusal, TryAgainLater):
                pass  # another drives it by now, or recovery will
            finally:
                if self._running.get(attempt_id) is waiting:
                    del self._running[attempt_id]
                waiting.set_result(answer)

        self._spawn(to_its_end(), seconds=self._seconds)

    async def outcome(self, attempt_id: AttemptId) -> Answer:
        """Wait for what its client is answered, whoever drives it. The caller's deadline ends it.

        Raises `OutcomeUnknown` where all was undone without an answer.
        """
        pause = FIRST_PAUSE_SECONDS
        while True:
            waiting = self._running.get(attempt_id)
            if waiting and (answer := await shield(waiting)):
                return answer
            async with self._begin() as book:
                attempt = await book.attempt(attempt_id)
            if attempt.answer:
                return attempt.answer
            if attempt.is_over:
                raise OutcomeUnknown("the attempt was undone: the same may be asked again")
            await sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
