"""Decisions on events and subscriptions from a terminal are written down, as those of staff over the API are."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from structlog import get_logger

from app.commands.terminal import Result, Unusable
from app.edge.deeds import ASKED
from domain.contracts.identity import Identity, NoteDeed
from domain.shared.model import Refusal

if TYPE_CHECKING:
    from app.commands.asking import Caller

DONE, REFUSED = "done", "refused"
log = get_logger(__name__)


async def noted(
    house: "Caller", deed: str, subject: str, do: Callable[[], Awaitable[Result]]
) -> Result:
    """Do it; nothing is done where that could not be written down. `deed` is the operation of the
    merchant API that does the same.

    How it ended may be missing: then it may or may not have been done.
    """
    await _note(house, deed, subject, ASKED)
    try:
        result = await do()
    except (Refusal, Unusable):
        await _note_if_possible(house, deed, subject, REFUSED)
        raise
    await _note_if_possible(house, deed, subject, DONE)
    return result


async def _note_if_possible(house: "Caller", deed: str, subject: str, outcome: str) -> None:
    try:
        await _note(house, deed, subject, outcome)
    except Exception:  # whatever it is, what was done is done and is told
        log.exception("a deed was not noted", operation=deed, outcome=outcome)


async def _note(house: "Caller", deed: str, subject: str, outcome: str) -> None:
    message = NoteDeed(deed=deed, subject=subject, outcome=outcome)
    await house.contract(Identity).note_deed(message)
