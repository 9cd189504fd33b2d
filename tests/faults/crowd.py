"""A crowd that goes on buying, whatever happens, and takes note of what it is told meanwhile."""

from asyncio import Task, create_task, gather, sleep
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import uuid4

from aiohttp import ClientError

from tests.journeys.shopper import Reply, Shopper, delivery, paying
from tests.journeys.waiting import wait_for

PAUSE_SECONDS = 0.05
WANTED = {
    "line_items": [{"item": {"id": "bouquet_roses"}, "quantity": 1}],
    "buyer": {"email": "jane@example.com"},
    "fulfillment": delivery(),
}


@dataclass
class Crowd:
    """Buyers that ask again with the same key until there is an answer."""

    shopper: Shopper
    placed: list[str] = field(default_factory=list)
    busy: int = 0
    """How often they were told to come again later."""
    broken: int = 0
    """How often the line to the server was cut before there was an answer."""
    worse: list[str] = field(default_factory=list)
    """What they should never have been told."""
    _is_leaving: bool = False
    _buying: list[Task[None]] = field(default_factory=list)

    def come(self, buyers: int) -> None:
        self._buying = [create_task(self._buy()) for _ in range(buyers)]

    async def has_bought(self, more: int) -> None:
        enough = len(self.placed) + more
        await wait_for("enough orders", lambda: len(self.placed) >= enough)

    async def leave(self) -> None:
        """Every buyer ends what it has begun."""
        self._is_leaving = True
        await gather(*self._buying)

    async def _buy(self) -> None:
        while not self._is_leaving:
            opened = await self._answer("/checkout-sessions", WANTED)
            path = f"/checkout-sessions/{opened.body['id']}/complete"
            closed = await self._answer(path, paying())
            if (closed.status, closed.body.get("status")) == (200, "completed"):
                self.placed.append(closed.body["order"]["id"])
            else:
                self.worse.append(f"{closed.status} {closed.codes}")

    async def _answer(self, path: str, body: object) -> Reply:
        key = str(uuid4())
        while True:
            reply = await self._heard(lambda: self.shopper.ask("POST", path, body, key=key))
            if reply and reply.status < 500:
                return reply
            await sleep(PAUSE_SECONDS)

    async def _heard(self, ask: Callable[[], Awaitable[Reply]]) -> Reply | None:
        try:
            reply = await ask()
        except (ClientError, TimeoutError):
            self.broken += 1
            return None
        if reply.status == 503 and reply.retry_after:
            self.busy += 1
        elif reply.status >= 500:
            self.worse.append(f"{reply.status} {reply.codes}")
        return reply
