"""Buyers who buy from a running shop until they are told to stop, and the orders they were given."""

from asyncio import Task, create_task, gather
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import ClientSession

from tests.journeys.shopper import Shopper
from tests.journeys.waiting import wait_for
from tests.processes import Process

BUYERS = 3


@dataclass
class Crowd:
    shopper: Shopper
    placed: list[str] = field(default_factory=list)
    is_over: bool = False

    async def more(self, orders: int) -> list[str]:
        """All that were placed, once there are so many more."""
        enough = len(self.placed) + orders
        await wait_for(f"{orders} orders more", lambda: len(self.placed) >= enough)
        return list(self.placed)

    async def _buy(self) -> None:
        while not self.is_over:
            checkout = await self.shopper.ready("bouquet_roses")
            reply = await self.shopper.complete(checkout["id"])
            assert reply.body.get("status") == "completed", reply.body
            self.placed.append(reply.body["order"]["id"])

    async def buying(self) -> None:
        await gather(*(self._buy() for _ in range(BUYERS)))


@asynccontextmanager
async def a_crowd(shop: Process, client: ClientSession) -> AsyncIterator[Crowd]:
    """They stop at the end, each with the order that was begun."""
    crowd = Crowd(Shopper(client, f"{shop.url}/ucp/v1", is_trusting=True))
    buying: Task[None] = create_task(crowd.buying())
    try:
        yield crowd
    finally:
        crowd.is_over = True
        await buying
