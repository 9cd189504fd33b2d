"""The house as commands ask it: who asks is `cli`, and a context that is away is told by its name."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any, TypeVar, cast

from aiohttp import ClientConnectorError

from app.context_map import CONTRACTS
from app.house import House
from app.placement import Kept
from app.settings import Settings, name_of
from domain.shared.dead_letters import DeadLetters
from domain.shared.model import OutcomeUnknown
from infrastructure.shared.calls.wire import calls
from infrastructure.shared.envelope import Envelope, carrying

Contract = TypeVar("Contract")
ACTOR = "cli"


class ContextAway(OutcomeUnknown):
    """A context did not answer, and what was asked of it changed nothing there; says which."""


@dataclass(frozen=True)
class Caller:
    """`is_reading` says that no call of this command changes anything, however it ends."""

    house: House
    settings: Settings
    is_reading: bool

    def contract(self, contract: type[Contract]) -> Contract:
        """The contract, each of whose calls has a deadline of its own."""
        context = next(name for name, one in CONTRACTS.items() if one is contract)
        return self._asked(context, contract, self.house.contract(contract))

    def dead_letters(self) -> dict[str, DeadLetters]:
        """Those of each context that listens and is within reach; calls as above."""
        return {
            context: self._asked(context, DeadLetters, letters)
            for context, letters in self.house.dead_letters.items()
        }

    def kept(self, context: str) -> Kept:
        return self.house.kept(context)

    def _asked(self, context: str, contract: type[Contract], asked: Contract) -> Contract:
        made = {
            name: partial(self._ask, context, getattr(asked, name))
            for name in calls(cast(type, contract))
        }
        return cast(Contract, SimpleNamespace(**made))

    async def _ask(
        self, context: str, call: Callable[[object], Awaitable[Any]], message: object
    ) -> Any:
        with carrying(Envelope.opened(actor=ACTOR)):
            try:
                return await call(message)
            except OutcomeUnknown as failure:
                if self._was_reached(context, failure) and not self.is_reading:
                    raise
                raise ContextAway(self._told(context, failure)) from failure

    def _was_reached(self, context: str, failure: OutcomeUnknown) -> bool:
        is_refused = isinstance(failure.__cause__, ClientConnectorError)
        return self._is_here(context) or not is_refused

    def _told(self, context: str, failure: OutcomeUnknown) -> str:
        if self._is_here(context):
            return f"{context} cannot answer just now: {failure}"
        where = f"{self.settings.of(context).url} ({name_of(context, 'url')})"
        return f"{context} does not answer at {where}" + (
            "" if failure.__cause__ else f": {failure}"
        )

    def _is_here(self, context: str) -> bool:
        return self.settings.placement_of(context) != "far"
