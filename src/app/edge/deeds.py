"""What staff and machines do to the shop is written down: before it is done, and how it ended."""

from asyncio import get_running_loop
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from fastapi import Response
from structlog import get_logger

from app.edge.acting import acting
from app.edge.callers import Caller
from domain.contracts.identity import Identity, NoteDeed
from infrastructure.shared.envelope import carrying, current

ASKED, REFUSED = "asked", "insufficient_scope"
LONGEST_SUBJECT = 200
SECONDS = 2.0
log = get_logger(__name__)


@dataclass(frozen=True)
class Deeds:
    identity: Identity

    async def noted(
        self, operation: str, path: str, do: Callable[[], Awaitable[Response]]
    ) -> Response:
        """Do what whoever asks wants done; nothing is done where that could not be written down.

        How it ended may be missing: then it may or may not have been done.
        """
        await self._note(operation, path, ASKED)
        response = await do()
        await self._note_if_possible(operation, path, str(response.status_code))
        return response

    async def refused(self, caller: Caller, operation: str, path: str) -> None:
        """What somebody wanted done who may not. They are turned away, written down or not."""
        with acting(caller.actor):
            await self._note_if_possible(operation, path, REFUSED)

    async def _note(self, operation: str, path: str, outcome: str) -> None:
        subject = path[:LONGEST_SUBJECT]
        await self.identity.note_deed(NoteDeed(deed=operation, subject=subject, outcome=outcome))

    async def _note_if_possible(self, operation: str, path: str, outcome: str) -> None:
        """In time of its own: what was asked for may have used up all there was."""
        deadline = get_running_loop().time() + SECONDS
        with carrying(replace(current(), deadline=deadline)):
            try:
                await self._note(operation, path, outcome)
            except Exception:  # whatever it is, the answer stands
                log.exception("a deed was not noted", operation=operation, outcome=outcome)
