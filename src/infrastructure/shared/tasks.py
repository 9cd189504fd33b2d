"""Tasks that belong to the application, not to whoever asked for them."""

from asyncio import Task, create_task, timeout, wait
from collections.abc import Coroutine
from typing import Any

from structlog import get_logger

from infrastructure.shared.database.engines import require_no_transaction
from infrastructure.shared.database.statements import issue_as, issuer
from infrastructure.shared.envelope import Envelope, current

log = get_logger(__name__)


class Tasks:
    """Each runs under an envelope of its own: the same actor and trace, its own deadline.

    It goes on with the use case that asked for it, so its statements bear that one's name.
    """

    def __init__(self) -> None:
        self._running: set[Task[None]] = set()

    def __call__(self, work: Coroutine[Any, Any, None], /, *, seconds: float) -> None:
        """Begin it now. A task begun inside an open transaction is a mistake."""
        try:
            require_no_transaction("a task")
        except RuntimeError:
            work.close()
            raise
        asked = current()
        envelope = Envelope.opened(
            actor=asked.actor, traceparent=asked.traceparent, seconds=seconds
        )
        alone = envelope.alone()
        alone.run(issue_as, issuer())
        task = create_task(_bounded(work, seconds), context=alone)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def drain(self, seconds: float) -> int:
        """Let what runs come to its end, within these seconds. How many did not, and were ended."""
        if not self._running:
            return 0
        _, late = await wait(self._running, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            await wait(late, timeout=1)
        return len(late)


async def _bounded(work: Coroutine[Any, Any, None], seconds: float) -> None:
    try:
        async with timeout(seconds):
            await work
    except TimeoutError:
        log.warning("a task ran out of time")
    except Exception:
        log.exception("a task failed")
