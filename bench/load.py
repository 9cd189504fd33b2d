"""Clients that place orders over HTTP, each one after the other, for a bounded time."""

from asyncio import gather
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from uuid import uuid4

from aiohttp import ClientSession, TCPConnector
from tests.journeys.shopper import Shopper, agent_at, paying

from bench.shop import Shop
from bench.stock import CODE, sku_of, turns

MOST_TIMES = 10


class NotPlaced(Exception):
    """An order that should have been placed was not; says what was answered."""


@dataclass
class Taken:
    """How long each order took, whole and its `complete`, and how long all of them together."""

    whole: list[float] = field(default_factory=list)
    complete: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def orders(self) -> int:
        return len(self.complete)


def a_buyer() -> dict[str, str]:
    """Somebody who never bought here: to put them on file is part of what an order costs."""
    return {"email": f"{uuid4().hex}@example.com"}


async def ready(shopper: Shopper, buyer: dict[str, str]) -> dict[str, Any]:
    """A checkout that can be completed."""
    codes = {"codes": [CODE]}
    return await shopper.ready(sku_of(next(turns)), discounts=codes, buyer=buyer)


async def place_orders(shop: Shop, clients: int, seconds: float) -> Taken:
    """Create, update, complete, again and again."""
    taken = Taken()
    async with _client() as client:
        shopper = _shopper(client, shop)

        async def one() -> None:
            began = monotonic()
            checkout = await ready(shopper, a_buyer())
            opened = monotonic()
            await _complete(client, shop.url, checkout["id"], shop.key)
            taken.whole.append(monotonic() - began)
            taken.complete.append(monotonic() - opened)

        taken.seconds = await by(clients, seconds, one)
    shop.answered += taken.orders
    return taken


async def ready_checkouts(shop: Shop, seconds: float, most: int) -> list[str]:
    """Checkouts that can be completed: as many as can be had in this time."""
    ids: list[str] = []
    async with _client() as client:
        shopper = _shopper(client, shop)

        async def one() -> None:
            if len(ids) < most:
                checkout = await ready(shopper, a_buyer())
                ids.append(checkout["id"])

        await by(8, seconds, one)
    return ids


async def complete(url: str, key: str, ids: list[str], clients: int, seconds: float) -> Taken:
    """Complete these checkouts, as far as the time goes."""
    taken, left = Taken(), iter(ids)
    async with _client() as client:

        async def one() -> None:
            if (checkout := next(left, None)) is None:
                raise StopAsyncIteration
            began = monotonic()
            await _complete(client, url, checkout, key)
            taken.complete.append(monotonic() - began)

        taken.seconds = await by(clients, seconds, one)
    return taken


async def by(clients: int, seconds: float, one: Callable[[], Awaitable[None]]) -> float:
    began = monotonic()

    async def over_and_over() -> None:
        while monotonic() - began < seconds:
            try:
                await one()
            except StopAsyncIteration:
                return

    await gather(*(over_and_over() for _ in range(clients)))
    return monotonic() - began


def _client() -> ClientSession:
    return ClientSession(connector=TCPConnector(limit=0))


def _shopper(client: ClientSession, shop: Shop) -> Shopper:
    return Shopper(client, shop.url, shop.key, is_trusting=True)


async def _complete(client: ClientSession, url: str, checkout: str, key: str) -> None:
    """The same request to whoever is measured; again, as it counts, where it cannot be done just now."""
    headers = {"UCP-Agent": agent_at(url), "X-API-Key": key, "Idempotency-Key": str(uuid4())}
    where = f"{url}/checkout-sessions/{checkout}/complete"
    for _ in range(MOST_TIMES):
        async with client.post(where, json=paying(), headers=headers) as answered:
            body = await answered.json()
        if body.get("status") == "completed":
            return
        if answered.status != 503:
            raise NotPlaced(f"{answered.status} {body}")
    raise NotPlaced("there never was an answer")
