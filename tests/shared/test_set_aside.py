"""What a listener will not have is offered again in its order, whatever else is set aside meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.contracts.inventory import StockReserved
from domain.shared.ids import uuid7
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.events.posted import NotTaken, Posted
from infrastructure.shared.events.relay import LOOK_ANEW_SECONDS
from tests.shared.listening import Clock, clock, engine, itself, outbox, relay_to

__all__ = ["clock", "engine"]
FIVE_MINUTES = LOOK_ANEW_SECONDS


@dataclass
class Choosy:
    """A listener that will not have anything of some aggregates."""

    refused: set[str]
    seen: list[tuple[str, int]] = field(default_factory=list)

    async def __call__(self, batch: Sequence[Posted]) -> None:
        for posted in batch:
            if posted.aggregate_id in self.refused:
                raise NotTaken(posted, "too large")
            self.seen.append((posted.aggregate_id, posted.sequence))


async def an_event(engine: AsyncEngine, aggregate: str, sequence: int, *, at: float) -> None:
    """Of yesterday, so many seconds after others of then."""
    told_at = datetime.now(UTC) - timedelta(days=1) + timedelta(seconds=at)
    row = {"id": uuid7(told_at), "aggregate_id": aggregate, "sequence": sequence}
    row |= {"name": StockReserved.name, "occurred_at": told_at}
    text = {"actor": "", "traceparent": "", "body": "{}"}
    async with transaction(engine, itself) as connection:
        await connection.execute(insert(outbox).values(**row, **text))


async def test_what_was_set_aside_later_is_offered_again_before_what_follows_it(
    engine: AsyncEngine, clock: Clock
) -> None:
    choosy = Choosy({"first", "later"})
    relay = relay_to(engine, clock, choosy=choosy)
    await an_event(engine, "first", 1, at=0)
    await relay.send_waiting()
    clock.pass_by(100)
    await an_event(engine, "later", 1, at=100)
    await relay.send_waiting()
    clock.pass_by(FIVE_MINUTES - 100)
    await an_event(engine, "other", 1, at=FIVE_MINUTES)
    await relay.send_waiting()

    choosy.refused = {"first"}
    clock.pass_by(150)
    await an_event(engine, "later", 2, at=FIVE_MINUTES + 150)
    await relay.send_waiting()

    assert choosy.seen == [("other", 1), ("later", 1), ("later", 2)]
