"""What waits in an outbox is told, and given up, on every engine."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.contracts.inventory import StockReserved
from domain.shared.ids import uuid7
from infrastructure.inventory.tables import outbox
from infrastructure.shared.database.engines import transaction
from infrastructure.shared.events.outbox import lag
from infrastructure.shared.events.waiting import give_up, waiting
from tests.shared.listening import Clock, itself

NOW = Clock().now
MOST = 10


async def an_event(engine: AsyncEngine, aggregate: str, sequence: int, *, seconds_ago: int) -> UUID:
    at = NOW - timedelta(seconds=seconds_ago)
    row = {"id": uuid7(at), "aggregate_id": aggregate, "sequence": sequence, "occurred_at": at}
    row |= {"name": StockReserved.name, "actor": "", "traceparent": "", "body": "{}" * sequence}
    async with transaction(engine, itself) as connection:
        await connection.execute(insert(outbox).values(**row))
    return UUID(str(row["id"]))


async def test_what_waits_for_long_is_told_and_what_is_before_it(engine: AsyncEngine) -> None:
    other = await an_event(engine, "other", 1, seconds_ago=80)
    third = await an_event(engine, "some", 3, seconds_ago=70)
    first = await an_event(engine, "some", 1, seconds_ago=90)
    await an_event(engine, "new", 1, seconds_ago=60)

    found = await waiting(engine, outbox, NOW - timedelta(seconds=60), MOST)
    (oldest,) = await waiting(engine, outbox, NOW, 1)

    assert [(one.event_id, one.size, one.behind) for one in found] == [
        (first, 2, None),
        (other, 2, None),
        (third, 6, first),
    ]
    assert oldest == found[0]


async def test_what_is_given_up_waits_no_more_and_nothing_waits_behind_it(
    engine: AsyncEngine,
) -> None:
    first = await an_event(engine, "some", 1, seconds_ago=90)
    second = await an_event(engine, "some", 2, seconds_ago=80)

    assert await give_up(engine, outbox, first)
    assert not await give_up(engine, outbox, first)

    (left,) = await waiting(engine, outbox, NOW, MOST)
    assert (left.event_id, left.behind) == (second, None)
    assert (await lag(engine, outbox)).waiting == 1
