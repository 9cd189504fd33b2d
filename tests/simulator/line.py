"""Calls from one context to another, and to the provider, on which messages fare as they may."""

from asyncio import sleep
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from domain.shared.model import Conflict, OutcomeUnknown, Refusal, TryAgainLater
from tests.simulator.tasks import Tasks
from tests.simulator.trouble import Crashed, Trouble

Handle = Callable[..., Awaitable[Any]]
PATIENCE_SECONDS = 5.0
TRIES = 4


async def again(change: Callable[[], Awaitable[Any]], /) -> Any:
    """As the local stand-in does: a few times, when it meets a `Conflict`."""
    for number in range(1, TRIES + 1):
        try:
            return await change()
        except Conflict:
            if number == TRIES:
                raise
            await sleep(0.02 * number)
    raise AssertionError("unreachable")


@dataclass(frozen=True)
class Line:
    """`is_far`: a callee that ends leaves its caller without an answer; near, both end."""

    trouble: Trouble
    spawn: Tasks
    is_far: bool

    def to(self, name: str, handle: Handle, *, is_far: bool | None = None) -> Handle:
        far = self.is_far if is_far is None else is_far

        async def call(*message: Any, **named: Any) -> Any:
            async def once() -> Any:
                return await self._answered(name, lambda: handle(*message, **named), is_far=far)

            match self.trouble.fate_of_message(name):
                case "lost":
                    await sleep(PATIENCE_SECONDS)
                    raise OutcomeUnknown(name)
                case "late":
                    self.spawn(self._later(once()))
                    await sleep(PATIENCE_SECONDS)
                    raise OutcomeUnknown(name)
                case "unanswered":
                    await _unheard(once())
                    raise OutcomeUnknown(name)
                case "doubled":
                    self.spawn(_unheard(once()))
            return await once()

        return call

    async def _later(self, call: Awaitable[Any]) -> None:
        await sleep(PATIENCE_SECONDS + self.trouble.random.random() * 30.0)
        await _unheard(call)

    async def _answered(
        self, name: str, made: Callable[[], Awaitable[Any]], *, is_far: bool
    ) -> Any:
        try:
            return await again(made)
        except Conflict as still:
            raise TryAgainLater(name) from still
        except Crashed as crash:
            if is_far:
                raise OutcomeUnknown(name) from crash
            raise


async def _unheard(call: Awaitable[Any]) -> None:
    with suppress(OutcomeUnknown, Refusal, TryAgainLater):
        await call
