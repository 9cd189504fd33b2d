"""Who hears what tests tell a broker."""

from asyncio import timeout
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import nats
from nats.js import JetStreamContext
from sqlalchemy import MetaData

from domain.shared.ids import uuid7
from infrastructure.shared.events.hearing import Hearing
from infrastructure.shared.events.nats_broker import NatsBroker
from infrastructure.shared.events.posted import Posted
from infrastructure.shared.routines.lease import Lease, lease_table
from tests.services.server import Server

LISTENER = "listener"
leases = lease_table(MetaData(), LISTENER)
Take = Callable[[Sequence[Posted]], Awaitable[None]]


class Heard:
    """Keeps what it is brought."""

    def __init__(self) -> None:
        self.events: list[Posted] = []

    async def __call__(self, some: Sequence[Posted]) -> None:
        self.events.extend(some)

    @property
    def numbers(self) -> list[int]:
        return [one.sequence for one in self.events]

    async def until(self, hearing: Hearing, number: int) -> list[int]:
        """The numbers of what was heard by when there were so many."""
        async with timeout(60):
            while len(self.events) < number:
                await hearing.some()
        return self.numbers


@asynccontextmanager
async def a_broker(*servers: Server) -> AsyncIterator[NatsBroker]:
    broker = NatsBroker(",".join(one.url for one in servers))
    try:
        yield broker
    finally:
        await broker.close()


@asynccontextmanager
async def streams_of(server: Server) -> AsyncIterator[JetStreamContext]:
    client = await nats.connect(server.url)
    try:
        yield client.jetstream()
    finally:
        await client.close()


def told(source: str, *sequences: int, aggregate: str = "a") -> list[Posted]:
    now = datetime.now(UTC)
    return [
        Posted(
            id=uuid7(now),
            name=f"{source}.stock_reserved.v1",
            aggregate_id=aggregate,
            sequence=sequence,
            occurred_at=now,
            actor="florist",
            traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            body="{}",
        )
        for sequence in sequences
    ]


def a_hearing(broker: NatsBroker, source: str, take: Take) -> Hearing:
    lease = Lease(leases)
    lease.hold(float("inf"))
    return Hearing(broker.subscription(source, LISTENER), take, lease)
