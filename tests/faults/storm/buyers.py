"""Buyers that come at a steady pace: each buys, has it sent, rests a while and comes again."""

from asyncio import sleep
from dataclasses import dataclass, field
from time import monotonic
from uuid import UUID

from aiohttp import ClientError, ClientTimeout

from domain.shared.ids import from_public
from tests.faults.crowd import PAUSE_SECONDS, WANTED, Crowd
from tests.journeys.conftest import SECRET
from tests.journeys.shopper import paying

REST_SECONDS = 0.3


@dataclass
class Buyers(Crowd):
    bought: dict[UUID, float] = field(default_factory=dict)
    """The orders that they were promised, and when each began to buy it."""
    sent: set[UUID] = field(default_factory=set)
    refused: int = 0
    """How often an attempt was undone, as when the provider was not to be reached: nothing is lost."""

    def since(self, moment: float) -> list[UUID]:
        """The orders that were begun after this."""
        return [order for order, begun in self.bought.items() if begun >= moment]

    @property
    def answers(self) -> int:
        """How often they were told anything: what they want, or to come again later."""
        return len(self.bought) + self.busy + self.refused

    def come(self, buyers: int) -> None:
        """They may come again after they have left."""
        self._is_leaving = False
        super().come(buyers)

    async def _buy(self) -> None:
        while not self._is_leaving:
            begun = monotonic()
            opened = await self._answer("/checkout-sessions", WANTED)
            path = f"/checkout-sessions/{opened.body['id']}/complete"
            closed = await self._answer(path, paying())
            if (closed.status, closed.body.get("status")) == (200, "completed"):
                await self._has_it_sent(closed.body["order"]["id"], begun)
            else:
                self.refused += 1
            await sleep(REST_SECONDS)

    async def _has_it_sent(self, name: str, begun: float) -> None:
        order = from_public("ord", name)
        assert order
        self.placed.append(name)
        self.bought[order] = begun
        while not await self._is_sent(name):  # noqa: ASYNC110  # it is asked over the line
            await sleep(PAUSE_SECONDS)
        self.sent.add(order)

    async def _is_sent(self, name: str) -> bool:
        shop = self.shopper.url.removesuffix("/ucp/v1")
        try:
            async with self.shopper.client.post(
                f"{shop}/testing/simulate-shipping/{name}",
                headers={"Simulation-Secret": SECRET},
                timeout=ClientTimeout(total=30),
            ) as answer:
                self.busy += answer.status >= 500
                return answer.status == 200
        except (ClientError, TimeoutError):
            self.broken += 1
            return False
