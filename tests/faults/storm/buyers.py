"""Buyers that come at a steady pace: each buys, has it sent, rests a while and comes again."""

from asyncio import create_task, gather, sleep
from dataclasses import dataclass, field
from time import monotonic
from uuid import UUID

from aiohttp import ClientTimeout

from domain.shared.ids import from_public
from tests.faults.crowd import PAUSE_SECONDS, WANTED, Crowd
from tests.journeys.conftest import SECRET
from tests.journeys.shopper import Reply, paying

REST_SECONDS = 0.3
UNDONE = (402, "ready_for_complete", True)
"""What a buyer is told whose payment failed, or whose provider said nothing: nothing was ordered."""
NOT_YET = (409, "invalid_state")
"""What is said of an order whose shipment is not open."""


@dataclass
class Buyers(Crowd):
    bought: dict[UUID, float] = field(default_factory=dict)
    """The orders that they were promised, and when each began to buy it."""
    sent: set[UUID] = field(default_factory=set)
    refused: int = 0
    """How often an attempt was undone, as when the provider was not to be reached: nothing is lost."""
    have_left: bool = False
    """Whether all of them have ended what they began, so that no order is unknown to all of them."""

    def since(self, moment: float) -> list[UUID]:
        """The orders that were begun after this."""
        return [order for order, begun in self.bought.items() if begun >= moment]

    @property
    def answers(self) -> int:
        """How often they were told anything: what they want, or to come again later."""
        return len(self.bought) + self.busy + self.refused

    def come(self, buyers: int) -> None:
        """They may come again after they have left."""
        self._is_leaving = self.have_left = False
        super().come(buyers)

    def one_more(self) -> None:
        """Who comes once: all others may be waiting for what they have bought to be sent."""
        self._buying.append(create_task(self._buy_once()))

    async def leave(self) -> None:
        await super().leave()
        self.have_left = True

    async def give_up(self) -> None:
        """Whoever is still there goes at once, whatever it waits for."""
        for buyer in self._buying:
            buyer.cancel()
        await gather(*self._buying, return_exceptions=True)

    async def _buy(self) -> None:
        while not self._is_leaving:
            await self._buy_once()
            await sleep(REST_SECONDS)

    async def _buy_once(self) -> None:
        begun = monotonic()
        opened = await self._answer("/checkout-sessions", WANTED)
        if opened.status == 201 and "id" in opened.body:
            await self._complete(opened.body["id"], begun)
        else:
            self._was_told(opened)

    async def _complete(self, checkout: str, begun: float) -> None:
        closed = await self._answer(f"/checkout-sessions/{checkout}/complete", paying())
        status = closed.body.get("status")
        if (closed.status, status) == (200, "completed"):
            await self._has_it_sent(closed.body["order"]["id"], begun)
        elif (closed.status, status, "payment_failed" in closed.codes) == UNDONE:
            self.refused += 1
        else:
            self._was_told(closed)

    async def _has_it_sent(self, name: str, begun: float) -> None:
        order = from_public("ord", name)
        assert order
        self.placed.append(name)
        self.bought[order] = begun
        while True:
            told = await self._heard(lambda: self._ship(name))
            if told and (told.status, told.body.get("id")) == (200, name):
                self.sent.add(order)
                return
            if told and told.status < 500 and (told.status, told.body.get("code")) != NOT_YET:
                self._was_told(told)  # and it would be told so for ever
                return
            await sleep(PAUSE_SECONDS)

    async def _ship(self, name: str) -> Reply:
        shop = self.shopper.url.removesuffix("/ucp/v1")
        async with self.shopper.client.post(
            f"{shop}/testing/simulate-shipping/{name}",
            headers={"Simulation-Secret": SECRET},
            timeout=ClientTimeout(total=30),
        ) as answer:
            raw, body = await answer.read(), await answer.json()
            return Reply(answer.status, body, raw, answer.headers.get("Retry-After"))

    def _was_told(self, unexpected: Reply) -> None:
        self.worse.append(f"{unexpected.status} {unexpected.raw[:200]!r}")
